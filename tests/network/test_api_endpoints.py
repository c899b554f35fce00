"""An address of an API that is none is a mistake in words, whoever would have asked there."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest

from ffinfra.adoption.at_cloudflare import at_cloudflare
from ffinfra.adoption.at_hetzner import at_hetzner
from ffinfra.dns.readiness.provider_api import cloudflare_api, hetzner_api
from ffinfra.dns.sources.cloudflare import read_cloudflare
from ffinfra.dns.sources.hetzner import read_hetzner
from ffinfra.failover.held import RECORD_TYPE, ZONE_TYPE, Wanted, list_held
from ffinfra.gate.changes import ChangeSet
from ffinfra.gate.existing import existing_id
from ffinfra.gate.preflight.account_facts import NoAnswer
from ffinfra.gate.preflight.asking import ask_hetzner
from ffinfra.gate.preflight.asking_cloudflare import ask_cloudflare
from ffinfra.network.api_endpoints import cloudflare_endpoint, hetzner_endpoint
from ffinfra.problems import OperationalError
from tests.network.test_api_tokens import RECORD, ZONE, pending

Ask = Callable[[Mapping[str, str]], object]

TOKENS = {"HCLOUD_TOKEN": "a", "CLOUDFLARE_API_TOKEN": "b"}
NOTHING = ChangeSet((), (), ())

HETZNER: tuple[Ask, ...] = (
    hetzner_api,
    at_hetzner,
    lambda found: read_hetzner("mesh.example.", found),
    lambda found: list_held([Wanted(ZONE_TYPE, "a", ZONE, protect=False, urn="")], found),
    lambda found: existing_id(pending(ZONE_TYPE, ZONE), found),
)
CLOUDFLARE: tuple[Ask, ...] = (
    cloudflare_api,
    at_cloudflare,
    lambda found: read_cloudflare("mesh.example.", "1", found),
    lambda found: list_held([Wanted(RECORD_TYPE, "a", RECORD, protect=False, urn="")], found),
    lambda found: existing_id(pending(RECORD_TYPE, RECORD), found),
)


@pytest.mark.parametrize(
    ("variable", "usual", "ask"),
    [
        *(("HCLOUD_ENDPOINT", "https://api.hetzner.cloud/v1", ask) for ask in HETZNER),
        *(("CLOUDFLARE_BASE_URL", "https://api.cloudflare.com/client/v4", ask) for ask in CLOUDFLARE),
    ],
)
@pytest.mark.parametrize(
    "given",
    [
        "http://127.0.0.1:80000/v1",
        "http://127.0.0.1:x/v1",
        "127.0.0.1:18081",
        "file:///etc/hosts",
        "https://",
        "http://[::1",
        "http://127.0.0.256:18081/v1",
        " http://127.0.0.1:1/v1",
        "http://127.0.0.1:1/v1?x=1",
        "s3cret" * 10,
    ],
)
def test_no_address(variable: str, usual: str, ask: Ask, given: str) -> None:
    with pytest.raises(OperationalError) as raised:
        ask({**TOKENS, variable: given})
    assert str(raised.value) == (
        f"{variable} holds no address of an API. Set it to one such as {usual}, or unset it"
    )


def test_any_other_is_taken_without_its_last_slash() -> None:
    assert hetzner_endpoint({}) == "https://api.hetzner.cloud/v1"
    assert cloudflare_endpoint({}) == "https://api.cloudflare.com/client/v4"
    assert hetzner_endpoint({"HCLOUD_ENDPOINT": "http://127.0.0.1:18081/v1/"}) == "http://127.0.0.1:18081/v1"
    assert cloudflare_endpoint({"CLOUDFLARE_BASE_URL": "http://[::1]:2/v4"}) == "http://[::1]:2/v4"


def test_a_preview_has_no_answer_then() -> None:
    wrong = {"HCLOUD_ENDPOINT": "nowhere", "CLOUDFLARE_BASE_URL": "nowhere"}
    assert ask_hetzner(NOTHING, {**TOKENS, **wrong}) == NoAnswer("HCLOUD_ENDPOINT holds no address of an API")
    assert ask_cloudflare(NOTHING, {**TOKENS, **wrong}) == NoAnswer(
        "CLOUDFLARE_BASE_URL holds no address of an API"
    )
