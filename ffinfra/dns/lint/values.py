"""Single values that are legal and yet do not work: null MX with company, odd CAA tags, local addresses."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import ip_address

from ffinfra.dns.lint.context import Context
from ffinfra.dns.lint.finding import Hit, Level, Rule

_CAA_TAGS = frozenset(
    {"issue", "issuewild", "issuemail", "issuevmc", "iodef", "contactemail", "contactphone"}
)


def _null_mx(context: Context) -> Iterator[Hit]:
    for rrset in context.rrsets("MX"):
        if len(rrset.values) > 1 and any(value.endswith(" .") for value in rrset.values):
            message = "an MX of '.' means that no mail is taken, and there are others beside it"
            yield Hit(rrset.owner, "MX", message, "Keep either the '.' or the others.")


def _caa_tags(context: Context) -> Iterator[Hit]:
    for rrset in context.rrsets("CAA"):
        for value in rrset.values:
            flags, tag, _ = value.split(" ", 2)
            if tag.lower() not in _CAA_TAGS:
                message = f"no authority knows the tag {tag}" + (
                    " and it is critical" if int(flags) & 128 else ""
                )
                yield Hit(rrset.owner, "CAA", message, f"Known are {', '.join(sorted(_CAA_TAGS))}.", value)


def _local_addresses(context: Context) -> Iterator[Hit]:
    for rrset in context.rrsets("A", "AAAA"):
        for value in rrset.values:
            address = ip_address(value)
            kind = (
                "unspecified"
                if address.is_unspecified
                else "loopback"
                if address.is_loopback
                else "link-local"
                if address.is_link_local
                else "multicast"
                if address.is_multicast
                else None
            )
            if kind is not None:
                message = f"{value} ({kind}) reaches no host from elsewhere"
                yield Hit(rrset.owner, rrset.type, message, "Declare an address of the host.", value)


RULES = (
    Rule("mx-null", Level.ERROR, "a null MX has others beside it", "RFC 7505 section 3", _null_mx),
    Rule(
        "caa-tag",
        Level.WARNING,
        "a CAA tag is unknown",
        "RFC 8659 section 4, IANA CAA tags 2026-11",
        _caa_tags,
    ),
    Rule(
        "address-local",
        Level.WARNING,
        "an address is of use on one machine only",
        "RFC 6890",
        _local_addresses,
    ),
)
