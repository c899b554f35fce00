"""Aliases: what may stand beside them, what may lead to them, and where chains of them end."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from ffinfra.dns.lint.context import Context, targets
from ffinfra.dns.lint.finding import Hit, Level, Rule
from ffinfra.dns.names import ancestors

_ALLOWED_BESIDE = frozenset({"CNAME", "RRSIG", "NSEC", "KEY"})
_LONGEST_CHAIN = 8


def _other_data(context: Context) -> Iterator[Hit]:
    for owner, rrsets in context.zone.index.items():
        others = sorted(rrsets.keys() - _ALLOWED_BESIDE)
        if owner == context.zone.origin:
            others.append("SOA")
        if "CNAME" in rrsets and others:
            message = f"an alias stands beside {', '.join(others)}, so servers ignore one or refuse the zone"
            yield Hit(owner, "CNAME", message, "Remove the CNAME, or move the other records to its target.")


def _several(context: Context) -> Iterator[Hit]:
    for rrset in context.rrsets("CNAME", "DNAME"):
        if len(rrset.values) > 1:
            message = f"an alias has {len(rrset.values)} targets: {', '.join(rrset.values)}"
            yield Hit(
                rrset.owner, rrset.type, message, "Keep one; several addresses need A and AAAA records."
            )


def _leading_to_alias(rdtype: str) -> Callable[[Context], Iterator[Hit]]:
    def check(context: Context) -> Iterator[Hit]:
        for rrset in context.rrsets(rdtype):
            for value, target in targets(rrset):
                found = context.lookup(target).rrsets.get("CNAME")
                if found is not None:
                    message = f"{target} is an alias of {found.values[0]}"
                    yield Hit(rrset.owner, rdtype, message, f"Name {found.values[0]} here.", value)

    return check


def _chain(context: Context, start: str) -> tuple[list[str], bool]:
    """The names that an alias leads through, and whether it comes back to one of them."""
    seen = [start]
    while (found := context.lookup(seen[-1]).rrsets.get("CNAME")) is not None:
        target = found.values[0]
        if target in seen or len(seen) > _LONGEST_CHAIN:
            return [*seen, target], True
        seen.append(target)
    return seen, False


def _loops(context: Context) -> Iterator[Hit]:
    for rrset in context.rrsets("CNAME"):
        names, loop = _chain(context, rrset.owner)
        if loop:
            message = f"the alias never ends: {' -> '.join(names)}"
            yield Hit(rrset.owner, "CNAME", message, "Let it lead to a name with addresses.")


def _chains(context: Context) -> Iterator[Hit]:
    for rrset in context.rrsets("CNAME"):
        names, loop = _chain(context, rrset.owner)
        if not loop and len(names) > 2:
            message = f"the alias leads to an alias: {' -> '.join(names)}"
            yield Hit(rrset.owner, "CNAME", message, f"Name {names[-1]} here.")


def _below_dname(context: Context) -> Iterator[Hit]:
    index = context.zone.index
    for owner in index:
        above = next(
            (at for at in ancestors(owner, context.zone.origin) if "DNAME" in index.get(at, {})), None
        )
        if above is not None:
            message = f"the DNAME at {above} moves everything below it, so this is never answered"
            yield Hit(owner, None, message, "Move the records below the DNAME's target.")


RULES = (
    Rule(
        "cname-other-data",
        Level.ERROR,
        "a CNAME stands beside other records",
        "RFC 1034 section 3.6.2, RFC 2181 section 10.1",
        _other_data,
    ),
    Rule(
        "alias-several-targets",
        Level.ERROR,
        "a CNAME or DNAME set has more than one record",
        "RFC 2181 section 10.1, RFC 6672 section 2.4",
        _several,
    ),
    Rule(
        "ns-to-cname",
        Level.ERROR,
        "a nameserver's name is an alias",
        "RFC 2181 section 10.3",
        _leading_to_alias("NS"),
    ),
    Rule(
        "mx-to-cname",
        Level.ERROR,
        "a mail server's name is an alias",
        "RFC 2181 section 10.3",
        _leading_to_alias("MX"),
    ),
    Rule("srv-to-cname", Level.ERROR, "a service's target is an alias", "RFC 2782", _leading_to_alias("SRV")),
    Rule(
        "ptr-to-cname",
        Level.WARNING,
        "a PTR leads to an alias",
        "RFC 2181 section 10.2",
        _leading_to_alias("PTR"),
    ),
    Rule("cname-loop", Level.ERROR, "an alias leads back to itself", "RFC 1034 section 3.6.2", _loops),
    Rule("cname-chain", Level.WARNING, "an alias leads to an alias", "RFC 1034 section 3.6.2", _chains),
    Rule("below-dname", Level.ERROR, "records stand below a DNAME", "RFC 6672 section 2.4", _below_dname),
)
