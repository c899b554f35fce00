"""The table of rules, docs/DNS_LINT.md: ``python -m ffinfra.dns.lint.document > docs/DNS_LINT.md``."""

from __future__ import annotations

from ffinfra.dns.backends.limits import Backend, limits_of, shown_name
from ffinfra.dns.lint.finding import Level
from ffinfra.dns.lint.run import RULES

_HEAD = """\
# Rules on zones

`ffinfra dns lint FILE...` looks at master files with these rules. Rule ids are stable. The file is written by
`python -m ffinfra.dns.lint.document`; a test compares it with the rules.

Zones that are given together are looked at together: what one of them says about a name in another is checked.
Of names in zones that are not given nothing is said.

"""


def document() -> str:
    """The text of docs/DNS_LINT.md."""
    rules = ["| rule | level | found is | source |", "|---|---|---|---|"]
    rules += [f"| `{rule.id}` | {rule.level.value} | {rule.title} | {rule.source} |" for rule in RULES]
    counts = ", ".join(f"{sum(rule.level is level for rule in RULES)} {level.value}" for level in Level)
    backends = ["| backend | types | TTL, seconds | limits | source |", "|---|---|---|---|---|"]
    backends += [_backend(backend) for backend in Backend]
    head = f"{_HEAD}{len(RULES)} rules: {counts}.\n\n"
    return head + "\n".join(rules) + "\n\n## What backends carry\n\n" + "\n".join(backends) + "\n"


def _backend(backend: Backend) -> str:
    limits = limits_of(backend)
    types = "all" if limits.types is None else " ".join(sorted(limits.types))
    sizes = {
        "records": limits.records,
        "octets a record": limits.record_octets,
        "octets an RRset": limits.rrset_octets,
        "characters an RRset": limits.rrset_characters,
    }
    parts = [f"{size} {name}" for name, size in sizes.items() if size is not None]
    parts += ["printable ASCII only"] if limits.plain_text else []
    parts += [] if limits.empty_strings else ["no empty string"]
    low, high = limits.ttl
    return f"| {shown_name(backend)} | {types} | {low} to {high} | {', '.join(parts)} | {limits.source} |"


if __name__ == "__main__":
    print(document(), end="")
