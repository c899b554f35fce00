"""Which APIs a stand-in may talk to: those of the lab, on loopback, and never the real ones."""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit


def refused_endpoint(url: str, plugin: str, variable: str, argument: str) -> str:
    """Why this base URL is not taken; an empty text where it is.

    Args:
        url: the base URL, empty where none is given.
        plugin: the plugin's name.
        variable: the environment variable that gives it.
        argument: the provider argument that gives it.
    """
    if _is_loopback(url):
        return ""
    given = f"{url!r} is not on loopback" if url else "no API is given"
    return (
        f"{given}: this is the lab's stand-in for the plugin {plugin}, which never talks to the real API. "
        f"Set {variable} or the provider argument {argument} to the lab's"
    )


def _is_loopback(url: str) -> bool:
    try:
        host = urlsplit(url).hostname or ""
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
