"""SPF: who may send mail for a domain (RFC 7208)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from ipaddress import IPv4Network, IPv6Network

from ffinfra.dns.lint.context import Context
from ffinfra.dns.lint.finding import Hit, Level, Rule
from ffinfra.dns.lint.texts import joined

LOOKUP_LIMIT = 10
"""Terms that need DNS questions; a receiver stops with an error beyond (section 4.6.4)."""

_ASKING = frozenset({"include", "a", "mx", "ptr", "exists", "redirect"})
_TERM = re.compile(r"(?P<qualifier>[+?~-])?(?P<name>[A-Za-z][A-Za-z0-9_.-]*)(?P<mark>[:=/])?(?P<rest>.*)")
_MACRO = re.compile(r"%(?:\{[slodiphcrtvSLODIPHCRTV][0-9]*r?[.+,/_=-]*\}|[%_-])")
_DOMAIN = re.compile(r"(?:[!-$&-~]|%%)*\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?\.?")
_LENGTHS = re.compile(r"(?P<domain>.*?)(?:/(?P<four>[0-9]+))?(?://(?P<six>[0-9]+))?")
_WAY_OUT = (
    "See RFC 7208 section 4.6 for the grammar; mail is judged as if there were no SPF until it is mended."
)


def _records(context: Context) -> Iterator[tuple[str, str, str]]:
    """Owner, value and text of every SPF record, broken ones included."""
    for rrset in context.rrsets("TXT"):
        for value in rrset.values:
            text = joined(value)
            if text.lower().startswith("v=spf"):
                yield rrset.owner, value, text


def _syntax(context: Context) -> Iterator[Hit]:
    for owner, value, text in _records(context):
        for mistake in mistakes(text):
            yield Hit(owner, "TXT", f"SPF: {mistake}", _WAY_OUT, value)


def mistakes(text: str) -> Iterator[str]:
    """What is wrong with an SPF record, term by term."""
    version, *terms = text.split(" ")
    if version.lower() != "v=spf1":
        yield f"{version!r} is no version, it must be v=spf1 with a blank behind it"
        return
    modifiers: list[str] = []
    for term in filter(None, terms):
        match = _TERM.fullmatch(term)
        if match is None:
            yield f"{term!r} is no term"
        elif match["mark"] == "=":
            modifiers.append(match["name"].lower())
            yield from _modifier(match["name"].lower(), match["rest"], term)
        else:
            yield from _mechanism(match["name"].lower(), match["mark"] or "", match["rest"], term)
    yield from (f"{name}= stands twice" for name in ("redirect", "exp") if modifiers.count(name) > 1)


def _modifier(name: str, rest: str, term: str) -> Iterator[str]:
    if name in ("redirect", "exp"):
        yield from _domain(rest, term)
    elif name in ("include", "ip4", "ip6", "exists", "a", "mx", "ptr", "all"):
        yield f"{term!r} needs ':' instead of '='"


def _mechanism(name: str, mark: str, rest: str, term: str) -> Iterator[str]:
    match name:
        case "all":
            if mark:
                yield f"{term!r}: all takes nothing"
        case "include" | "exists":
            yield from _domain(rest, term) if mark == ":" else [f"{term!r} needs a domain behind ':'"]
        case "ip4" | "ip6":
            yield from _network(name, mark, rest, term)
        case "a" | "mx":
            yield from _address(mark, rest, term)
        case "ptr":
            yield from _domain(rest, term) if mark else []
        case _:
            yield f"{term!r} is no mechanism"


def _network(name: str, mark: str, rest: str, term: str) -> Iterator[str]:
    try:
        if mark != ":":
            raise ValueError
        if name == "ip4":
            IPv4Network(rest, strict=False)
        else:
            IPv6Network(rest, strict=False)
    except ValueError:
        form = "192.0.2.0/24" if name == "ip4" else "2001:db8::/32"
        yield f"{term!r} needs an address or prefix behind ':', such as {name}:{form}"


def _address(mark: str, rest: str, term: str) -> Iterator[str]:
    match = _LENGTHS.fullmatch(f"/{rest}" if mark == "/" else rest)
    assert match is not None
    if mark == ":":
        yield from _domain(match["domain"], term)
    elif match["domain"]:
        yield f"{term!r} is no term"
    if int(match["four"] or 0) > 32 or int(match["six"] or 0) > 128:
        yield f"{term!r} has a prefix length that is too long"


def _domain(text: str, term: str) -> Iterator[str]:
    plain = _MACRO.sub("%%", text)
    if re.search(r"%(?!%)", plain.replace("%%", "")):
        yield f"{term!r} has a broken macro"
    elif not _DOMAIN.fullmatch(plain) and not plain.endswith("%%"):
        yield f"{term!r} needs a full domain name"


def _several(context: Context) -> Iterator[Hit]:
    owners = [
        owner for owner, _, text in _records(context) if re.match(r"v=spf1(?: |$)", text, re.IGNORECASE)
    ]
    for owner in dict.fromkeys(owners):
        if owners.count(owner) > 1:
            message = f"there are {owners.count(owner)} SPF records, so receivers heed none"
            yield Hit(owner, "TXT", message, "Put their terms into one record.")


def _lookups(context: Context) -> Iterator[Hit]:
    for owner, value, text in _records(context):
        matches = (_TERM.fullmatch(term) for term in text.split(" ")[1:])
        count = sum(match is not None and match["name"].lower() in _ASKING for match in matches)
        if count > LOOKUP_LIMIT:
            message = f"SPF: {count} terms need DNS questions, {LOOKUP_LIMIT} are allowed"
            yield Hit(owner, "TXT", message, "Replace include, a and mx by ip4 and ip6 where you can.", value)


def _discouraged(context: Context) -> Iterator[Hit]:
    for owner, value, text in _records(context):
        terms = [term.lower() for term in text.split(" ")[1:] if term]
        names = [term.lstrip("+?~-").split(":")[0] for term in terms]
        if "+all" in terms or "all" in terms:
            yield Hit(owner, "TXT", "SPF: everybody may send as this domain", "End with -all or ~all.", value)
        if "ptr" in names:
            yield Hit(owner, "TXT", "SPF: ptr is slow and not to be used", "Use a, mx, ip4 or ip6.", value)
        behind = names[names.index("all") + 1 :] if "all" in names else []
        behind = [name for name in behind if "=" not in name]
        if behind:
            message = f"SPF: {', '.join(behind)} behind all is never looked at"
            yield Hit(owner, "TXT", message, "Put all at the end.", value)


def _old_type(context: Context) -> Iterator[Hit]:
    for rrset in context.rrsets("SPF"):
        yield Hit(rrset.owner, "SPF", "nobody looks at the type SPF any more", "Declare it as TXT.")


RULES = (
    Rule("spf-syntax", Level.ERROR, "an SPF record cannot be understood", "RFC 7208 section 4.6", _syntax),
    Rule("spf-several", Level.ERROR, "a name has several SPF records", "RFC 7208 section 3.2", _several),
    Rule(
        "spf-lookups",
        Level.ERROR,
        "an SPF record needs too many DNS questions",
        "RFC 7208 section 4.6.4",
        _lookups,
    ),
    Rule(
        "spf-discouraged",
        Level.WARNING,
        "an SPF record permits all or uses ptr",
        "RFC 7208 section 5",
        _discouraged,
    ),
    Rule("spf-type", Level.WARNING, "an SPF record has the type SPF", "RFC 7208 section 3.1", _old_type),
)
