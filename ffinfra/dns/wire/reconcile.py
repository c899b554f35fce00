"""Bringing a served zone to a new content without overwriting what anybody else did to it.

The rule that makes this safe and repeatable: each RRset that is served must be either as we last knew it
or as we want it. Anything else is somebody's change, and nothing is written. So a run that was cut off
between two messages, or whose state was lost after the last one, simply goes on; and of two people who
write at once the second one is refused with the first one's changes named.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from ffinfra.dns.differences import RRsetChange, differences
from ffinfra.dns.dynamic_update import UpdatePlan, plan_update
from ffinfra.dns.records import SOA, RRset, RRsetKey, by_key
from ffinfra.dns.soa_settings import SoaSettings
from ffinfra.dns.wire.errors import LostRaceError, ServerFailedError, SilentServerError, WireError
from ffinfra.dns.wire.server import Key, Server
from ffinfra.dns.wire.transfer import Served, read_served
from ffinfra.dns.wire.update import send_plan

ATTEMPTS: Final = 3
"""How often a plan is made anew when only the serial moved meanwhile, as a signing server moves it."""

SHOWN_CHANGES: Final = 10
"""How many changes a message to people lists."""


class BrokenOffError(WireError):
    """The server fell silent, or refused, after it had taken some messages of a change."""

    def __init__(self, server: Server, zone: str, taken: int, count: int, broken: WireError) -> None:
        if isinstance(broken, SilentServerError):
            last, first = "it is not known", f"When {server} is back,"
        else:
            last, first = "nothing is in effect", f"{broken.way_out} Then"
        super().__init__(
            f"the change of {zone} broke off: {count} messages, {taken} of them taken and in effect, "
            f"each as a whole; of message {taken + 1} {last}; {broken.what}",
            f"{first} run the same again: it finishes the rest.",
        )


class ForeignChangeError(WireError):
    """The zone holds something that we neither left there nor want there."""

    def __init__(self, server: Server, zone: str, changes: str, way_out: str, *, written: bool) -> None:
        ours = "Of our own change at least a part is in effect" if written else "Nothing was written"
        super().__init__(f"somebody else changed {zone} on {server}:\n{changes}\n{ours}", way_out)


@dataclass(frozen=True, slots=True)
class Wish:
    """What shall become of a zone.

    Attributes:
        old: the content as we last knew it.
        old_soa: the SOA fields that we had set.
        new: the content that shall be served.
        new_soa: the SOA fields that shall be served.
        way_out: what to do when somebody else changed the zone.
    """

    old: tuple[RRset, ...]
    old_soa: SoaSettings
    new: tuple[RRset, ...]
    new_soa: SoaSettings
    way_out: str = "Run a refresh to take it over or see it undone in the next preview."


def reconcile(
    server: Server,
    zone: str,
    served: Served,
    wish: Wish,
    *,
    key: Key | None,
    now: int,
    report: Callable[[str], None] = lambda _: None,
) -> Served:
    """Change a zone from what is served to what is wished, and check what is served then.

    Args:
        server: the primary.
        zone: the zone's canonical name.
        served: what was just read there.
        wish: what we knew and what we want.
        key: the TSIG key for update and transfer.
        now: seconds since 1970, for the serial.
        report: is told how far a change in several messages has come.

    Raises:
        ForeignChangeError: somebody else changed something; nothing is written after that is seen.
        BrokenOffError: the server was gone, or refused, after some of several messages; says what is in effect.
        LostRaceError: the zone keeps changing under our hands.
        ServerFailedError: the server took the update and yet serves something else.
        WireError: the server is silent, rejects the key or refuses.
    """
    written: list[int] = []

    def note(number: int, count: int) -> None:
        written.append(number)
        if count > 1:
            report(f"{zone} message {number} of {count} taken")

    for _ in range(ATTEMPTS):
        check_foreign(server, zone, served, wish, written=bool(written))
        wanted = wish.new_soa.applied_to(served.soa)
        plan = plan_update(zone, served.content, wish.new, served.soa, wanted, now=now)
        if not plan.messages:
            return served
        so_far = len(written)
        before, broken = served, _try_plan(server, plan, key, note)
        served = _read_after(server, plan, key, served, broken, taken=len(written) - so_far)
        if _is_done(served, wish):
            return served
        if broken is None:
            check_foreign(server, zone, served, wish, written=True)
            raise _not_as_sent(server, zone, served, wish)
        _refuse_to_repeat(server, plan, broken, moved=served.soa.serial != before.soa.serial,
                          taken=len(written) - so_far)  # fmt: skip
    raise LostRaceError(server, zone, f"{ATTEMPTS} times in a row")


def check_foreign(server: Server, zone: str, served: Served, wish: Wish, *, written: bool = False) -> None:
    """Refuse to go on where the zone holds what is neither as we knew it nor as we want it.

    Args:
        server: the primary.
        zone: the zone's canonical name.
        served: what was just read there.
        wish: what we knew and what we want.
        written: whether some of our own change may be in effect already.

    Raises:
        ForeignChangeError: names what differs.
    """
    lines = [str(change) for change in foreign_changes(wish.old, served.content, wish.new)]
    lines += _foreign_fields(served.soa, wish)
    if not lines:
        return
    shown = lines[:SHOWN_CHANGES]
    if len(lines) > len(shown):
        shown.append(f"... and {len(lines) - len(shown)} more")
    listed = "\n".join(f"  {line}" for line in shown)
    raise ForeignChangeError(server, zone, listed, wish.way_out, written=written)


def foreign_changes(
    old: tuple[RRset, ...], served: tuple[RRset, ...], new: tuple[RRset, ...]
) -> tuple[RRsetChange, ...]:
    """The RRsets that are served neither as they were known nor as they are wanted."""
    wanted: dict[RRsetKey, RRset] = by_key(new)
    return tuple(
        change for change in differences(old, served).changes if change.new != wanted.get(change.key)
    )


def _foreign_fields(soa: SOA, wish: Wish) -> list[str]:
    old, new, served = wish.old_soa.mapping(), wish.new_soa.mapping(), SoaSettings.of(soa).mapping()
    return [
        f"~ SOA {field}: {value} -> {served[field]}"
        for field, value in old.items()
        if served[field] not in (value, new.get(field, served[field]))
    ]


def _try_plan(
    server: Server, plan: UpdatePlan, key: Key | None, note: Callable[[int, int], None]
) -> WireError | None:
    """Send a plan; what went wrong is returned, because what is served then tells more."""

    def taken(number: int) -> None:
        note(number, len(plan.messages))

    try:
        send_plan(server, plan, key=key, taken=taken)
    except WireError as error:
        return error
    return None


def _read_after(
    server: Server, plan: UpdatePlan, key: Key | None, served: Served, broken: WireError | None, *, taken: int
) -> Served:
    """What is served now; a server that fell silent and stays so is told with how far it had come."""
    try:
        return read_served(server, plan.origin, key=key, known=served.known)
    except WireError:
        if broken is None:
            raise
        if taken:
            raise BrokenOffError(server, plan.origin, taken, len(plan.messages), broken) from None
        raise broken from None


def _refuse_to_repeat(
    server: Server, plan: UpdatePlan, broken: WireError, *, moved: bool, taken: int
) -> None:
    """A lost race is run again, and so is a silence after which the zone had moved; nothing else is."""
    match broken:
        case LostRaceError():
            return
        case SilentServerError():
            if not moved:
                raise broken
        case _ if taken:
            raise BrokenOffError(server, plan.origin, taken, len(plan.messages), broken)
        case _:
            raise broken


def _is_done(served: Served, wish: Wish) -> bool:
    return served.content == wish.new and wish.new_soa.applied_to(served.soa) == served.soa


def _not_as_sent(server: Server, zone: str, served: Served, wish: Wish) -> ServerFailedError:
    missing = differences(served.content, wish.new).text(SHOWN_CHANGES) or "the SOA's fields"
    return ServerFailedError(
        server, f"it took the update of {zone} and yet does not serve this:\n{missing}\n"
    )
