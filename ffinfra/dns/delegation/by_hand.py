"""The exact change that a person makes at a registrar without an API, in words."""

from __future__ import annotations

from collections.abc import Sequence

from ffinfra.dns.delegation.parents import ManualParent
from ffinfra.dns.differences import differences
from ffinfra.dns.records import RRset

_DS_FIELDS = ("key tag", "algorithm", "digest type", "digest")


def change_by_hand(
    parent: ManualParent, child: str, found: Sequence[RRset], wanted: Sequence[RRset]
) -> tuple[str, ...]:
    """What is to be removed and entered for one child, a line each; none where all is as wanted but for TTLs.

    Args:
        parent: the parent zone, and where its records are entered.
        child: the delegated zone's name with the final dot.
        found: NS, glue and DS as the parent's nameservers give them.
        wanted: as they shall be.
    """
    changes = differences(found, wanted).changes
    removed = [
        f"  remove {_shown(one.key.owner, one.key.type, value)}"
        for one in changes
        for value in one.removed_values
    ]
    added = [
        f"  enter  {_shown(one.key.owner, one.key.type, value)}"
        for one in changes
        for value in one.added_values
    ]
    if not removed and not added:
        return ()
    where = f" at {parent.page}" if parent.page else ""
    head = f"{child} in {parent.origin}, by hand{where} (TTL {parent.ttl} s, if it can be chosen):"
    return (head, *added, *removed)


def _shown(owner: str, rdtype: str, value: str) -> str:
    """A record as a registrar's page asks for it."""
    match rdtype:
        case "NS":
            return f"nameserver {value.removesuffix('.')}"
        case "DS":
            fields = zip(_DS_FIELDS, value.split(" ", 3), strict=True)
            return f"DS {', '.join(f'{name} {field}' for name, field in fields)}"
        case _:
            return f"glue {owner.removesuffix('.')} {value}"
