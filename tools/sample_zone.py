"""Writes the sample network's large zone in the shape of a real one, with reserved names and addresses.

    .venv/bin/python -m tools.sample_zone ../shared/data/freifunkh/ffh.zone.zone >dns/zones/NAME.zone

The source is a zone of Freifunk Hannover (MIT, dns/zones/LICENSE.freifunkh). Every address is mapped into a
documentation prefix, every name under .example, and what the model of the network declares is left out.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network

import dns.name
import dns.rdatatype
import dns.zone

ORIGIN = "mesh.musterstadt.example"
POOL_4 = IPv4Network("203.0.113.64/26")
POOL_6 = IPv6Network("3fff:e00::/32")
NAMES = {
    "ffh.zone.": f"{ORIGIN}.",
    "hannover.freifunk.net.": "ff.musterstadt.example.",
    "freedns1.registrar-servers.com.": "freedns1.registrar.example.",
    **{f"dns{number}.ffh.zone.": f"ns{number}.{ORIGIN}." for number in (1, 2, 3)},
    **{f"sn{number:02}.s.ffh.zone.": f"sn{number}.{ORIGIN}." for number in range(1, 7)},
}
LEFT_OUT = re.compile(r"(dns[1-3]|dns4|zbx-haj|sn\d\d\.s|sn0[7-9]|sn10)$")
"""Machines that the model declares, and aliases that point nowhere."""

HEAD = f"""\
; The shape of a real zone (Freifunk Hannover, MIT, see LICENSE.freifunkh) with reserved names and addresses.
; Written by tools/sample_zone.py. Supernodes and nameservers come from the model and do not stand here.
; The apex names own and fallback nameservers, so that a failover needs no change here.
$ORIGIN {ORIGIN}.
$TTL 600
@ IN SOA ns1 noc 1 14400 3600 1209600 600
@ IN NS ns1
@ IN NS ns2
@ IN NS ns3
@ IN NS hydrogen.ns.hetzner.example.
@ IN NS oxygen.ns.hetzner.example.
@ IN NS helium.ns.hetzner.example.
"""


@dataclass
class Mapping:
    """Real addresses to documentation addresses, the same one always to the same."""

    four: dict[str, IPv4Address] = field(default_factory=dict)
    six: dict[str, IPv6Address] = field(default_factory=dict)

    def address_4(self, real: str) -> str:
        """The next free address of the pool, unless this one was seen before."""
        return str(self.four.setdefault(real, POOL_4[len(self.four) + 1]))

    def address_6(self, real: str) -> str:
        """The pool's prefix with the counter as subnet and the real last 16 bits."""
        last = int(IPv6Address(real)) & 0xFFFF
        number = len(self.six) + 1
        return str(self.six.setdefault(real, POOL_6[(number << 64) | last]))


def renamed(name: dns.name.Name) -> str:
    """A name under .example, as short as its place in the zone allows."""
    text = name.to_text()
    for real, sample in sorted(NAMES.items(), key=lambda pair: -len(pair[0])):
        if text == real or text.endswith("." + real):
            text = text.removesuffix(real) + sample
            break
    own = f"{ORIGIN}."
    return "@" if text == own else text.removesuffix("." + own)


def lines(zone: dns.zone.Zone) -> Iterator[str]:
    """The records of the sample, in the order of the source."""
    mapping = Mapping()
    for name, ttl, rdata in zone.iterate_rdatas():
        label = name.relativize(dns.name.from_text("ffh.zone.")).to_text()
        kind = dns.rdatatype.to_text(rdata.rdtype)
        if kind == "SOA" or (kind == "NS" and label == "@") or LEFT_OUT.match(label):
            continue
        text = rdata.to_text()
        match kind:
            case "A":
                value = mapping.address_4(text)
            case "AAAA":
                value = mapping.address_6(text)
            case "CNAME" | "NS":
                value = renamed(dns.name.from_text(text))
            case "MX":
                preference, exchange = text.split()
                value = f"{preference} {renamed(dns.name.from_text(exchange))}"
            case _:
                value = text.replace("hannover.freifunk.net", "ff.musterstadt.example")
                value = re.sub(r"p=MII.*", f'p={"A" * 120}" "{"B" * 100}"', value)
        shown_ttl = "" if ttl == 600 else f"{ttl} "
        yield f"{renamed(name)} {shown_ttl}IN {kind} {value}"


def main() -> None:
    """Convert the file that is named on the command line."""
    zone = dns.zone.from_file(sys.argv[1], origin="ffh.zone.", relativize=False, check_origin=False)
    sys.stdout.write(HEAD + "\n".join(lines(zone)) + "\n")


if __name__ == "__main__":
    main()
