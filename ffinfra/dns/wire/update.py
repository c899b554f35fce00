"""Sending the messages of an update plan."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from ffinfra.dns.dynamic_update import UpdatePlan
from ffinfra.dns.wire.errors import raise_for_rcode
from ffinfra.dns.wire.query import ask
from ffinfra.dns.wire.server import Key, Server

UPDATE_TIMEOUT: Final = 30.0
"""Seconds to wait for the answer to one message; a signing server works on a large one for a while."""


def send_plan(
    server: Server, plan: UpdatePlan, *, key: Key | None, taken: Callable[[int], None] = lambda _: None
) -> None:
    """Send the messages of a plan one after the other.

    Args:
        server: the primary.
        plan: what to send.
        key: the TSIG key.
        taken: is told the number of each message that the server has taken, from 1.

    Raises:
        LostRaceError: a prerequisite did not hold; this message and those after it changed nothing.
        WireError: the server is silent (the message may have been taken all the same), rejects the key,
            refuses the update or fails.
    """
    for number, planned in enumerate(plan.messages, start=1):
        message = planned.message(plan.origin)
        answer = ask(server, message, key=key, timeout=UPDATE_TIMEOUT, tcp=True)
        what = f"the update of {plan.origin}"
        raise_for_rcode(server, plan.origin, answer.rcode(), key, what, signed=answer.had_tsig)
        taken(number)
