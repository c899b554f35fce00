"""Zones of the shapes that a community's real ones have, with reserved names and addresses for documentation."""

from __future__ import annotations

from pathlib import Path

from tests.lab.checkout import CHECKOUT

_HEAD = """\
$ORIGIN {origin}
$TTL 600
@ IN SOA dns1.mesh.example. noc.mesh.example. 1747399999 14400 3600 1209600 3600
@ IN NS dns1.mesh.example.
@ IN NS dns2.net.example.
"""
_V4 = "".join(f"{host}.2.0.192.in-addr.arpa. IN PTR host{host}.mesh.example.\n" for host in range(11, 31))
_V6_HOST = "{host}.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.c.0.1.0.1.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa."
_V6 = "".join(f"{_V6_HOST.format(host=host)} IN PTR host{host}.mesh.example.\n" for host in "3cd")
_SMALL = """\
@                 IN MX    10 mx1.mesh.example.
@                 IN TXT   "v=spf1 mx ~all"
small.example.    60 IN A     192.0.2.67
small.example.    60 IN AAAA  2001:db8:10c::67
www.small.example. IN CNAME web.mesh.example.
_github-challenge-mesh.small.example. 60 IN TXT 9c24feb8ae
"""
_SHAPES = {
    "2.0.192.in-addr.arpa.": _V4,
    "1.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa.": _V6,
    "small.example.": _SMALL,
    "n.mesh.example.": "* IN AAAA 2001:db8:1::1\n",
    "bare.example.": "",
}


def sample_zones(folder: Path) -> list[Path]:
    """Master files of each shape, written into a folder, and the repository's own zones."""
    for origin, records in _SHAPES.items():
        (folder / f"{origin}zone").write_text(_HEAD.format(origin=origin) + records)
    return sorted([*folder.glob("*.zone"), *(CHECKOUT / "dns" / "zones").glob("*.zone")])
