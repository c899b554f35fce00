"""The SOA: times against RFC 1912 and RFC 2308, and against the longest outage to be survived."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from ffinfra.dns.lint.context import Context, Fate
from ffinfra.dns.lint.finding import Hit, Level, Rule
from ffinfra.dns.names import labels

_REFRESH = (1200, 43200)
_EXPIRE = (14 * 86400, 28 * 86400)
_MINIMUM = (60, 86400)


def _range(field: str, limits: tuple[int, int], why: str) -> Callable[[Context], Iterator[Hit]]:
    def check(context: Context) -> Iterator[Hit]:
        value, (low, high) = getattr(context.zone.soa, field), limits
        if not low <= value <= high:
            message = f"{field} is {value} seconds, advised are {low} to {high}: {why}"
            yield Hit(context.zone.origin, "SOA", message, f"Use for example {low if value < low else high}.")

    return check


def _retry(context: Context) -> Iterator[Hit]:
    soa = context.zone.soa
    if not 0 < soa.retry < soa.refresh:
        message = f"retry ({soa.retry}) is not a fraction of refresh ({soa.refresh})"
        yield Hit(context.zone.origin, "SOA", message, f"Use for example {max(soa.refresh // 4, 1)}.")


def _expire_order(context: Context) -> Iterator[Hit]:
    soa = context.zone.soa
    if soa.expire <= soa.refresh + soa.retry:
        message = (
            f"expire ({soa.expire}) is over before a failed refresh ({soa.refresh}) is retried ({soa.retry})"
        )
        yield Hit(context.zone.origin, "SOA", message, "Use two weeks or more.")


def _outage(context: Context) -> Iterator[Hit]:
    soa, outage = context.zone.soa, context.settings.longest_outage
    if outage is not None and soa.expire < outage:
        message = f"secondaries stop answering after {soa.expire} seconds, an outage may last {outage}"
        yield Hit(context.zone.origin, "SOA", message, f"Make expire {outage} or more.")


def _rname(context: Context) -> Iterator[Hit]:
    rname = context.zone.soa.rname
    if "\\@" in rname or len(labels(rname)) < 2:
        message = f"{rname} is no mailbox written as a name"
        yield Hit(
            context.zone.origin, "SOA", message, "Write hostmaster.mesh.example. for hostmaster@mesh.example."
        )


def _mname(context: Context) -> Iterator[Hit]:
    mname = context.zone.soa.mname
    if context.lookup(mname).fate is Fate.MISSING:
        message = f"the primary {mname} does not exist in {context.zone_of(mname)}"
        yield Hit(context.zone.origin, "SOA", message, "Name the primary nameserver.")


RULES = (
    Rule(
        "soa-refresh",
        Level.WARNING,
        "refresh is outside 20 minutes to 12 hours",
        "RFC 1912 section 2.2",
        _range("refresh", _REFRESH, "secondaries ask for changes this often"),
    ),
    Rule("soa-retry", Level.WARNING, "retry is not shorter than refresh", "RFC 1912 section 2.2", _retry),
    Rule(
        "soa-expire",
        Level.WARNING,
        "expire is outside two to four weeks",
        "RFC 1912 section 2.2",
        _range("expire", _EXPIRE, "so long secondaries answer without their primary"),
    ),
    Rule(
        "soa-expire-order",
        Level.ERROR,
        "expire is over before refresh and retry",
        "RFC 1912 section 2.2",
        _expire_order,
    ),
    Rule(
        "soa-expire-outage",
        Level.ERROR,
        "expire is shorter than the longest outage to be survived",
        "RFC 1912 section 2.2",
        _outage,
    ),
    Rule(
        "soa-minimum",
        Level.WARNING,
        "the negative TTL is outside a minute to a day",
        "RFC 2308 section 5",
        _range("minimum", _MINIMUM, "so long resolvers remember that a name does not exist"),
    ),
    Rule("soa-rname", Level.ERROR, "the mailbox is not written as a name", "RFC 1035 section 8", _rname),
    Rule("soa-mname", Level.WARNING, "the primary's name does not exist", "RFC 1035 section 3.3.13", _mname),
)
