"""What of a change a provider would refuse for what its account holds already.

Hetzner's API tells no limits of an account; how many servers it allows is declared (``maximum_servers``).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from ffinfra.gate.carried_records import HETZNER_RRSET_TYPE
from ffinfra.gate.changes import Change, ChangeSet
from ffinfra.gate.digest import why_hidden
from ffinfra.gate.machines import SERVER
from ffinfra.gate.operations import Operation
from ffinfra.gate.preflight.account_facts import Account, AskedAccount, Named, NoAnswer
from ffinfra.gate.preflight.unique_names import UNIQUE_NAMES
from ffinfra.gate.rules.rule import Hit

if TYPE_CHECKING:
    from ffinfra.network.network import Network

_DELETION: Final = "First a change that takes the protection off (deleteProtection: false), then this one"


def would_refuse(changes: ChangeSet, account: AskedAccount, network: Network | None) -> Iterator[Hit]:
    """What the account stands against: names that are taken, protection, too many servers."""
    if isinstance(account, NoAnswer):
        yield Hit(f"Hetzner could not be asked: {account.reason}", (), "Try again, or go without --live")
    known = account if isinstance(account, Account) else None
    yield from _taken(changes, known)
    for change in changes.effective:
        yield from _protected(change, known)
    if network is not None:
        yield from _too_many_servers(changes, known, network)


def _taken(changes: ChangeSet, account: Account | None) -> Iterator[Hit]:
    """A creation comes before the deletions of its update, so a name that goes there is still taken."""
    gone = {
        name: change.urn
        for change in changes.effective
        if change.operation is Operation.DELETE and (name := _name(change, new=False))
    }
    for change in changes.effective:
        name = _name(change, new=True) if change.operation is Operation.CREATE else None
        if name is None:
            continue
        if name in gone:
            yield Hit(
                f"{change.name}: the name {name.name} is taken until its present holder is deleted, which comes"
                " after the creation",
                [change.urn, gone[name]],
                "Delete first, in a change of its own, or keep the resource by an alias",
            )
        elif account is not None and name in account.names:
            yield Hit(
                f"{change.name}: the name {name.name} is taken at Hetzner",
                [change.urn],
                "Import what is there (pulumi import), or choose another name",
            )


def _protected(change: Change, account: Account | None) -> Iterator[Hit]:
    """The plugin never lifts a protection to delete: the API answers 423 in the middle of the update."""
    if not change.operation.removes or change.kept_on_delete or change.old_inputs is None:
        return
    declared = any(change.old_inputs.get(key) is True for key in ("deleteProtection", "changeProtection"))
    if declared or (account is not None and _name(change, new=False) in account.protected):
        yield Hit(
            f"{change.name} is protected from deletion at Hetzner, which would refuse",
            [change.urn],
            _DELETION,
        )


def _too_many_servers(changes: ChangeSet, account: Account | None, network: Network) -> Iterator[Hit]:
    from ffinfra.network.hosts import CloudSlice  # noqa: PLC0415 - the model, where it is here

    limits = [host.maximum_servers for host in network.hosts if isinstance(host, CloudSlice)]
    after = {name: change.urn for change in changes.changes if (name := _name(change, new=True))}
    servers = {name for name in after if name.kind == SERVER}
    made = [
        change.urn
        for change in changes.effective
        if change.type == SERVER and change.operation is Operation.CREATE
    ]
    gone = {_name(change, new=False) for change in changes.effective if change.operation is Operation.DELETE}
    if account is not None:
        servers |= {name for name in account.names if name.kind == SERVER and name not in gone}
    if made and limits and len(servers) > sum(limits):
        yield Hit(
            f"there would be {len(servers)} servers, and the account allows {sum(limits)}",
            made,
            "Ask Hetzner for a higher limit, then declare it as maximum_servers; or let a server go first",
        )


def _name(change: Change, *, new: bool) -> Named | None:
    """The thing that a resource stands for; None for kinds of no concern, and where its name is not known."""
    inputs = (change.new_inputs if new else change.old_inputs) or {}
    keys = ("zone", "name", "type") if change.type == HETZNER_RRSET_TYPE else ("name",)
    parts = [inputs.get(key) for key in keys]
    concerned = change.type in UNIQUE_NAMES or change.type == HETZNER_RRSET_TYPE
    if not concerned or None in parts or any(map(why_hidden, parts)):
        return None
    return Named(change.type, " ".join(map(str, parts)))
