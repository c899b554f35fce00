"""The zones that our nameservers serve, as far as a nameserver's configuration needs to know them."""

from __future__ import annotations

from enum import StrEnum
from ipaddress import IPv4Address, IPv6Address
from typing import Annotated

import dns.exception
import dns.rdatatype
import dns.zone
from pydantic import Field, model_validator

from ffinfra.network.values import DomainName, Label, Model


class Signing(StrEnum):
    """Who signs a zone (DNSSEC)."""

    OWN = "own"
    """Our primary, with one key of its own (ECDSA P-256, RFC 8624 section 3.1)."""
    NONE = "none"
    """Nobody."""


class OutsideSecondary(Model):
    """A nameserver that is not ours and transfers a zone from our primary: a friend's, a provider's."""

    name: Label
    addresses: Annotated[tuple[IPv4Address | IPv6Address, ...], Field(min_length=1, max_length=16)]
    """From where it transfers and where it is notified."""
    key: Label | None = None
    """The name of its TSIG key, which the primary's secrets must hold; None trusts the addresses alone."""


class ServedZone(Model):
    """A zone of our own nameservers."""

    name: DomainName
    seed: Annotated[str, Field(max_length=10_000)]
    """SOA and NS RRset in master file form: what the primary serves until the first update arrives.

    Give it a small serial. The primary numbers by the clock (RFC 1982 arithmetic holds), so a rebuilt one
    stays behind its secondaries until its content is back, and no empty zone reaches them.
    """
    signed: Signing = Signing.NONE
    outside: tuple[OutsideSecondary, ...] = ()

    @model_validator(mode="after")
    def _seeded(self) -> ServedZone:
        self.seed_text()
        return self

    def seed_text(self) -> str:
        """The seed in one canonical form: absolute names, SOA first, nothing but SOA and NS.

        Raises:
            ValueError: the seed is no zone or holds something else.
        """
        try:
            zone = dns.zone.from_text(
                self.seed, origin=f"{self.name}.", relativize=False, allow_include=False
            )
        except (dns.exception.DNSException, ValueError) as error:
            raise ValueError(f"the seed of {self.name} is no zone: {error}") from error
        allowed = {dns.rdatatype.SOA, dns.rdatatype.NS}
        rdatasets = [(name, rdataset) for name, rdataset in zone.iterate_rdatasets()]
        if any(name != zone.origin or rdataset.rdtype not in allowed for name, rdataset in rdatasets):
            raise ValueError(f"the seed of {self.name} holds more than SOA and NS at {self.name}")
        ordered = sorted(rdatasets, key=lambda item: item[1].rdtype != dns.rdatatype.SOA)
        return "\n".join(rdataset.to_text(name) for name, rdataset in ordered) + "\n"
