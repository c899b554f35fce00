"""Wildcards, and where they do not do what one expects of them (RFC 4592)."""

from __future__ import annotations

from collections.abc import Iterator

from ffinfra.dns.lint.context import Context
from ffinfra.dns.lint.finding import Hit, Level, Rule
from ffinfra.dns.names import is_within, labels, parent


def _blocked(context: Context) -> Iterator[Hit]:
    for owner in _wildcards(context):
        encloser = parent(owner)
        depth = len(labels(encloser)) + 1
        hidden = [
            name
            for name in sorted(context.index.between)
            if is_within(name, encloser) and len(labels(name)) == depth
        ]
        for name in hidden:
            below = next(other for other in context.zone.index if other != name and is_within(other, name))
            message = f"it does not answer for {name}, which exists because {below} lies below it"
            yield Hit(owner, None, message, f"Declare {name} too if it shall answer.")


def _narrower(context: Context) -> Iterator[Hit]:
    for owner in _wildcards(context):
        encloser = parent(owner)
        types = context.zone.index[owner].keys() & {"A", "AAAA", "MX", "CNAME"}
        for name, rrsets in context.zone.index.items():
            beside = name != owner and parent(name) == encloser and not labels(name)[0].startswith("_")
            addresses = rrsets.keys() & {"A", "AAAA"}
            lacking = sorted((types & {"A", "AAAA"}) - rrsets.keys())
            if beside and addresses and lacking and "CNAME" not in rrsets:
                message = f"{name} has {', '.join(sorted(addresses))} of its own, so it gets no {', '.join(lacking)}"
                yield Hit(
                    owner, None, message, f"Give {name} its own {', '.join(lacking)}, if that is missing."
                )


def _literal(context: Context) -> Iterator[Hit]:
    for owner in context.zone.index:
        first, *others = labels(owner) or ("",)
        if "*" in others or ("*" in first and first != "*"):
            message = "a '*' that is not the whole first label stands for itself only"
            yield Hit(owner, None, message, "Write *.name, or list the names.")


def _discouraged(context: Context) -> Iterator[Hit]:
    for owner in _wildcards(context):
        for rdtype in sorted(context.zone.index[owner].keys() & {"NS", "DNAME", "DS"}):
            message = f"what a wildcard {rdtype} means is not defined"
            yield Hit(owner, rdtype, message, "Delegate the names one by one.")


def _wildcards(context: Context) -> list[str]:
    return [owner for owner in context.zone.index if owner.startswith("*.")]


RULES = (
    Rule(
        "wildcard-blocked",
        Level.WARNING,
        "a wildcard does not answer for a name between names",
        "RFC 4592 section 2.2.1",
        _blocked,
    ),
    Rule(
        "wildcard-narrower",
        Level.INFO,
        "a name beside a wildcard lacks an address type that the wildcard has",
        "RFC 4592 section 2.2.1",
        _narrower,
    ),
    Rule("wildcard-literal", Level.WARNING, "an asterisk is no wildcard", "RFC 4592 section 2.1.1", _literal),
    Rule("wildcard-delegation", Level.ERROR, "a wildcard delegates", "RFC 4592 section 4.2", _discouraged),
)
