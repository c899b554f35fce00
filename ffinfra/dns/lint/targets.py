"""Names that records lead to and that do not exist, or exist without an address."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterator

from ffinfra.dns.lint.context import Context, Fate, looks_doubled, targets
from ffinfra.dns.lint.finding import Hit, Level, Rule
from ffinfra.dns.names import parent

_SERVICES = ("NS", "MX", "SRV", "HTTPS", "SVCB")
_ALIASES = ("CNAME", "DNAME", "PTR", "AFSDB", "KX", "RT")
_DIGITS = re.compile(r"[0-9]+")
_COMPARED_NAMES = 500
_NEED_ADDRESS = ("MX", "SRV")


def _missing(*types: str) -> Callable[[Context], Iterator[Hit]]:
    def check(context: Context) -> Iterator[Hit]:
        for rrset in context.rrsets(*types):
            for value, target in targets(rrset):
                if context.lookup(target).fate is Fate.MISSING:
                    message = f"{target} does not exist in {context.zone_of(target)}"
                    yield Hit(rrset.owner, rrset.type, message, _way_out(context, target), value)

    return check


def _way_out(context: Context, target: str) -> str:
    origin = context.zone.origin
    if looks_doubled(target, origin):
        short = target[: -len(origin)]
        return f"Was the final dot of {short} forgotten? Else declare {target}, or remove this record."
    near = _near(context, target)
    if near is not None:
        return f"Is {near} meant? Else declare {target}, or remove this record."
    return f"Declare {target}, or remove this record."


def _near(context: Context, target: str) -> str | None:
    """A name beside the missing one that is spelled much like it; sn5 for sn6 is no slip of the pen."""
    zone = next(zone for zone in context.all_zones if zone.origin == context.zone_of(target))
    beside = [name for name in zone.index if parent(name) == parent(target)][:_COMPARED_NAMES]
    letters = _DIGITS.sub("", target)
    found = difflib.get_close_matches(
        target, [name for name in beside if _DIGITS.sub("", name) != letters], 1, 0.9
    )
    return found[0] if found else None


def _without_address(context: Context) -> Iterator[Hit]:
    for rrset in context.rrsets(*_NEED_ADDRESS):
        for value, target in targets(rrset):
            found = context.lookup(target)
            if (
                found.fate in (Fate.FOUND, Fate.WILDCARD)
                and not found.has_address
                and "CNAME" not in found.rrsets
            ):
                message = f"{target} has no address"
                yield Hit(rrset.owner, rrset.type, message, f"Add A or AAAA records for {target}.", value)


RULES = (
    Rule(
        "target-missing",
        Level.ERROR,
        "a nameserver, mail server or service is named that does not exist in the zones given",
        "RFC 1912 section 2.5 and 2.8",
        _missing(*_SERVICES),
    ),
    Rule(
        "alias-target-missing",
        Level.WARNING,
        "an alias or a PTR leads to a name that does not exist in the zones given",
        "RFC 1912 section 2.4",
        _missing(*_ALIASES),
    ),
    Rule(
        "target-without-address",
        Level.ERROR,
        "a mail server or service is named that has no address",
        "RFC 5321 section 5.1, RFC 2782",
        _without_address,
    ),
)
