"""Where a provider's API answers: its own address, or the one that the environment names instead (the lab's)."""

from __future__ import annotations

from collections.abc import Mapping

import httpx

from ffinfra.problems import OperationalError


def hetzner_endpoint(environment: Mapping[str, str]) -> str:
    """The base address of Hetzner Cloud's API, without a slash at its end; HCLOUD_ENDPOINT names another.

    Raises:
        OperationalError: the variable holds no address.
    """
    return _endpoint(environment, "HCLOUD_ENDPOINT", "https://api.hetzner.cloud/v1")


def cloudflare_endpoint(environment: Mapping[str, str]) -> str:
    """The base address of Cloudflare's API, without a slash at its end; CLOUDFLARE_BASE_URL names another.

    Raises:
        OperationalError: the variable holds no address.
    """
    return _endpoint(environment, "CLOUDFLARE_BASE_URL", "https://api.cloudflare.com/client/v4")


def _endpoint(environment: Mapping[str, str], variable: str, usual: str) -> str:
    """Each library fails at a wrong address in its own way, some only when they ask: so before any sees it.

    What it holds is not told: it may be the token, set under the wrong name.
    """
    given = environment.get(variable) or usual
    if not _is_address(given):
        raise OperationalError(
            f"{variable} holds no address of an API", f"Set it to one such as {usual}, or unset it"
        )
    return given.rstrip("/")


def _is_address(given: str) -> bool:
    try:
        url = httpx.URL(given)
    except (httpx.InvalidURL, ValueError):
        return False
    in_range = url.port is None or 0 < url.port < 65_536
    plain = given.isprintable() and " " not in given and not url.query and not url.fragment
    return plain and url.scheme in ("http", "https") and bool(url.host) and in_range
