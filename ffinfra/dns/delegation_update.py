"""The RFC 2136 message that changes what a parent zone says about one child: NS, glue and DS, all or nothing.

Its prerequisites are the old RRsets of what it changes, and no SOA: others may change other names of the parent at
the same time, and the parent's server counts its serial itself.
"""

from __future__ import annotations

from collections.abc import Iterable

import dns.update

from ffinfra.dns.differences import differences
from ffinfra.dns.records import RRset
from ffinfra.dns.update_message import instruct, instructions_of, require_old


def delegation_update(
    parent: str, old: Iterable[RRset], new: Iterable[RRset]
) -> dns.update.UpdateMessage | None:
    """The unsigned message; None where nothing differs.

    Args:
        parent: the parent zone's canonical name.
        old: NS, glue and DS of the child as they are served.
        new: as they shall be served.
    """
    changes = differences(old, new).changes
    if not changes:
        return None
    message = dns.update.UpdateMessage(parent)
    for change in changes:
        require_old(message, change)
    for change in changes:
        for line in instructions_of(change, parent):
            instruct(message, line)
    return message
