"""DMARC: what receivers shall do with mail that fails SPF and DKIM (RFC 7489)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping

from ffinfra.dns.lint.context import Context
from ffinfra.dns.lint.finding import Hit, Level, Rule
from ffinfra.dns.lint.texts import joined, tag_list

_WAY_OUT = "A usable record is for example 'v=DMARC1; p=reject; rua=mailto:postmaster@mesh.example'."
_URI = r"mailto:[^\s,;!@]+@[^\s,;!@]+(?:![0-9]+[kmgt]?)?|https?:[^\s,;!]+(?:![0-9]+[kmgt]?)?"


def _is(pattern: str) -> Callable[[str], bool]:
    compiled = re.compile(pattern, re.IGNORECASE)
    return lambda value: compiled.fullmatch(value) is not None


_TAGS: Mapping[str, tuple[Callable[[str], bool], str]] = {
    "p": (_is("none|quarantine|reject"), "none, quarantine or reject"),
    "sp": (_is("none|quarantine|reject"), "none, quarantine or reject"),
    "adkim": (_is("[rs]"), "r or s"),
    "aspf": (_is("[rs]"), "r or s"),
    "fo": (_is(r"[01ds](?:\s*:\s*[01ds])*"), "0, 1, d or s with colons between"),
    "pct": (_is("100|[0-9]{1,2}"), "0 to 100"),
    "ri": (_is("[0-9]{1,10}"), "seconds"),
    "rf": (_is(r"[a-z0-9-]+(?:\s*:\s*[a-z0-9-]+)*"), "afrf"),
    "rua": (_is(rf"(?:{_URI})(?:\s*,\s*(?:{_URI}))*"), "mailto: addresses with commas between"),
    "ruf": (_is(rf"(?:{_URI})(?:\s*,\s*(?:{_URI}))*"), "mailto: addresses with commas between"),
}


def _records(context: Context) -> Iterator[tuple[str, str, str]]:
    for rrset in context.rrsets("TXT"):
        for value in rrset.values:
            text = joined(value)
            if text.lstrip().lower().startswith("v=dmarc") or rrset.owner.startswith("_dmarc."):
                yield rrset.owner, value, text


def mistakes(text: str) -> Iterator[str]:
    """What is wrong with a DMARC record."""
    tags, problems = tag_list(text)
    yield from problems
    if not tags or tags[0] != ("v", "DMARC1"):
        yield "it does not begin with v=DMARC1"
    names = [name for name, _ in tags]
    if "p" not in names:
        yield "it has no policy p="
    for name, value in tags:
        check, form = _TAGS.get(name, (None, ""))
        if check is not None and not check(value):
            yield f"{name}={value} is not {form}"


def _syntax(context: Context) -> Iterator[Hit]:
    for owner, value, text in _records(context):
        for mistake in mistakes(text):
            yield Hit(owner, "TXT", f"DMARC: {mistake}", _WAY_OUT, value)


def _several(context: Context) -> Iterator[Hit]:
    owners = [owner for owner, _, _ in _records(context) if owner.startswith("_dmarc.")]
    for owner in dict.fromkeys(owners):
        if owners.count(owner) > 1:
            message = f"there are {owners.count(owner)} records, so receivers heed none"
            yield Hit(owner, "TXT", message, "Keep one.")


def _misplaced(context: Context) -> Iterator[Hit]:
    for owner, value, _ in _records(context):
        if not owner.startswith("_dmarc."):
            yield Hit(
                owner, "TXT", "a DMARC record counts at _dmarc only", f"Move it to _dmarc.{owner}", value
            )


RULES = (
    Rule("dmarc-syntax", Level.ERROR, "a DMARC record cannot be understood", "RFC 7489 section 6.3", _syntax),
    Rule(
        "dmarc-several", Level.ERROR, "a name has several DMARC records", "RFC 7489 section 6.6.3", _several
    ),
    Rule(
        "dmarc-misplaced",
        Level.WARNING,
        "a DMARC record is not at _dmarc",
        "RFC 7489 section 6.1",
        _misplaced,
    ),
)
