"""Nameservers of the zone and of what is delegated from it."""

from __future__ import annotations

from collections.abc import Iterator

from ffinfra.dns.lint.context import Context, Fate
from ffinfra.dns.lint.finding import Hit, Level, Rule
from ffinfra.dns.names import is_within

_AT_CUT = frozenset({"NS", "DS", "NSEC", "RRSIG"})
_ADDRESSES = frozenset({"A", "AAAA"})


def _apex_missing(context: Context) -> Iterator[Hit]:
    if context.zone.get(context.zone.origin, "NS") is None:
        yield Hit(context.zone.origin, "NS", "the zone has no NS record at its apex", "Add at least two.")


def _apex_single(context: Context) -> Iterator[Hit]:
    rrset = context.zone.get(context.zone.origin, "NS")
    if rrset is not None and len(rrset.values) == 1:
        message = f"{rrset.values[0]} is the only nameserver"
        yield Hit(rrset.owner, "NS", message, "Add a second one in another failure domain.")


def _glue(context: Context) -> Iterator[Hit]:
    for cut in sorted(context.index.cuts):
        rrset = context.zone.index[cut]["NS"]
        for target in rrset.values:
            if is_within(target, cut) and not _ADDRESSES & context.zone.index.get(target, {}).keys():
                message = f"{target} lies in the delegated zone itself and has no address here"
                yield Hit(cut, "NS", message, f"Add A and AAAA records for {target}.", target)


def _occluded(context: Context) -> Iterator[Hit]:
    wanted = {value for rrset in context.rrsets("NS") for value in rrset.values}
    for owner, rrsets in context.zone.index.items():
        cut = context.index.cut_above(owner)
        if cut is None:
            continue
        glue = _ADDRESSES if owner in wanted else frozenset()
        allowed = (_AT_CUT | glue) if owner == cut else glue
        for rdtype in sorted(rrsets.keys() - allowed):
            message = f"{cut} is delegated, so this is never answered from here"
            yield Hit(owner, rdtype, message, f"Move the record to the zone {cut}, or remove it.")


def _ds_without_ns(context: Context) -> Iterator[Hit]:
    for rrset in context.rrsets("DS"):
        if rrset.owner == context.zone.origin:
            yield Hit(rrset.owner, "DS", "DS records belong to the parent zone", "Move them there.")
        elif rrset.owner not in context.index.cuts:
            yield Hit(
                rrset.owner, "DS", "there are no NS records beside the DS", "Add them, or remove the DS."
            )


def _ns_address(context: Context) -> Iterator[Hit]:
    for rrset in context.rrsets("NS"):
        for target in rrset.values:
            found = context.lookup(target)
            if (
                found.fate in (Fate.FOUND, Fate.WILDCARD)
                and not found.has_address
                and "CNAME" not in found.rrsets
            ):
                message = f"the nameserver {target} has no address"
                yield Hit(rrset.owner, "NS", message, f"Add A or AAAA records for {target}.", target)


RULES = (
    Rule(
        "apex-ns-missing",
        Level.ERROR,
        "the zone names no nameserver",
        "RFC 1034 section 4.2.1",
        _apex_missing,
    ),
    Rule(
        "apex-ns-single",
        Level.WARNING,
        "the zone names one nameserver only",
        "RFC 2182 section 5",
        _apex_single,
    ),
    Rule(
        "glue-missing",
        Level.ERROR,
        "a delegation lacks its nameserver's address",
        "RFC 1034 section 4.2.1",
        _glue,
    ),
    Rule(
        "below-delegation",
        Level.WARNING,
        "records stand at or below a delegation without being NS, DS or glue",
        "RFC 1034 section 4.2.1, RFC 2181 section 6",
        _occluded,
    ),
    Rule(
        "ds-misplaced",
        Level.ERROR,
        "a DS stands where nothing is delegated",
        "RFC 4035 section 2.4",
        _ds_without_ns,
    ),
    Rule(
        "ns-without-address",
        Level.ERROR,
        "a nameserver's name has no address",
        "RFC 1912 section 2.8",
        _ns_address,
    ),
)
