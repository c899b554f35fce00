"""``freifunk:index:UpdatedDelegation``: NS, glue and DS of one child in a parent zone that takes RFC 2136 updates.

Inputs and outputs: ``parent``, ``child``, ``content`` (canonical text of the RRsets), ``server`` ({address, port} of
the parent's primary) and ``tsig`` ({name, algorithm, secret}; secret as a whole). Everything that is served must be
as it was known or as it is wanted, else nothing is written; a change is one message, all or nothing. A delegation is
imported by the id ``child@parent@address`` or ``child@parent@address@port``, with its key in the environment variable
FFINFRA_IMPORT_TSIG.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from ffinfra.dns.records import RRset
from ffinfra.dns.wire.delegation import change_delegation, read_delegation
from ffinfra.dns.wire.errors import ServerFailedError, WireError
from ffinfra.dns.wire.reconcile import SHOWN_CHANGES, foreign_changes
from ffinfra.dns.wire.server import Key, Server
from ffinfra.dns.zone_text import content_text, parse_content
from ffinfra.provider.delegation_inputs import DELEGATION_KEYS, delegation_refusals
from ffinfra.provider.properties import Properties, contains_unknown
from ffinfra.provider.resource_type import Difference, Existing, PropertyChange, Refusal, ResourceType
from ffinfra.provider.zone_content_inputs import (
    SECRET_KEYS,
    import_key,
    parse_import_id,
    server_refusal,
    tsig_refusal,
)

_KEYS: Final = (*DELEGATION_KEYS, "server", "tsig")
_REPLACING: Final = frozenset({"parent", "child"})


class ForeignDelegationError(WireError):
    """The parent says something about the child that we neither left there nor want there."""


@dataclass(frozen=True, slots=True)
class _Wanted:
    """Inputs as typed values."""

    parent: str
    child: str
    rrsets: tuple[RRset, ...]
    server: Server
    key: Key


class UpdatedDelegation(ResourceType):
    """The resource type."""

    token = "freifunk:index:UpdatedDelegation"

    def check(self, inputs: Properties) -> Sequence[Refusal]:
        """Refuse what is no delegation, no server or no key."""
        found = delegation_refusals(inputs.values)
        for key, check in (("server", server_refusal), ("tsig", tsig_refusal)):
            value = inputs.values.get(key)
            reason = None if contains_unknown(value) else check(value)
            if reason is not None:
                found.append(Refusal(key, reason))
        return found

    def diff(self, state: Properties, inputs: Properties) -> Difference:
        """Other names replace; everything else is an update."""
        changed = [key for key in _KEYS if state.values.get(key) != inputs.values.get(key)]
        return Difference(
            {
                key: PropertyChange.UPDATE_REPLACE if key in _REPLACING else PropertyChange.UPDATE
                for key in changed
            }
        )

    def create(self, name: str, inputs: Properties, *, preview: bool) -> tuple[str, Properties]:
        """Write it where nothing is, or take over what is already as wanted."""
        del name
        if preview:
            return "", inputs
        wanted = _wanted(inputs.values)
        _bring(wanted, ())
        return wanted.child, _secret(inputs)

    def read(self, resource_id: str, state: Properties, inputs: Properties) -> Existing | None:
        """Ask the parent's primary; a child that is no longer delegated is gone."""
        if not state.values:
            return _import(resource_id)
        known = _wanted(state.values)
        served = read_delegation(known.server, known.parent, known.child, key=known.key)
        if not served:
            return None
        found = {"content": content_text(served)}
        return Existing(
            resource_id,
            _secret(Properties({**state.values, **found})),
            _secret(Properties({**inputs.values, **found})),
        )

    def update(self, resource_id: str, state: Properties, inputs: Properties, *, preview: bool) -> Properties:
        """Compare what is served with the state, then change it."""
        del resource_id
        if not preview:
            _bring(_wanted(inputs.values), _wanted(state.values).rrsets)
        return _secret(inputs)

    def delete(self, resource_id: str, state: Properties) -> None:
        """Take the delegation out of the parent."""
        del resource_id
        known = _wanted(state.values)
        served = read_delegation(known.server, known.parent, known.child, key=known.key)
        _refuse_foreign(known, known.rrsets, served, ())
        change_delegation(known.server, known.parent, served, (), key=known.key)


def _bring(wanted: _Wanted, known: tuple[RRset, ...]) -> None:
    """Change what is served into what is wanted, and look whether it is.

    Raises:
        ForeignDelegationError: somebody else changed it; nothing was written.
        ServerFailedError: the server took the update and yet serves something else.
        WireError: the server is silent, rejects the key or refuses.
    """
    served = read_delegation(wanted.server, wanted.parent, wanted.child, key=wanted.key)
    _refuse_foreign(wanted, known, served, wanted.rrsets)
    change_delegation(wanted.server, wanted.parent, served, wanted.rrsets, key=wanted.key)
    after = read_delegation(wanted.server, wanted.parent, wanted.child, key=wanted.key)
    if after != wanted.rrsets:
        what = (
            f"it took the update of {wanted.child} in {wanted.parent} and yet serves {content_text(after)!r}"
        )
        raise ServerFailedError(wanted.server, what)


def _refuse_foreign(
    about: _Wanted, known: tuple[RRset, ...], served: tuple[RRset, ...], new: tuple[RRset, ...]
) -> None:
    """What is served must be as it was known, or as it is wanted."""
    foreign = foreign_changes(known, served, new)
    if foreign:
        listed = "\n".join(f"  {change}" for change in foreign[:SHOWN_CHANGES])
        raise ForeignDelegationError(
            f"somebody else changed {about.child} in {about.parent} on {about.server}:\n{listed}\n"
            "Nothing was written",
            "Run a refresh (or an import) to take it over or see it undone in the next preview.",
        )


def _import(resource_id: str) -> Existing | None:
    child, _, rest = resource_id.partition("@")
    parent, server = parse_import_id(rest)
    key = import_key()
    child = child if child.endswith(".") else f"{child}."
    served = read_delegation(server, parent, child, key=key)
    if not served:
        return None
    values = {
        "parent": parent,
        "child": child,
        "content": content_text(served),
        "server": {"address": server.address, "port": server.port},
        "tsig": {"name": key.name, "algorithm": key.algorithm, "secret": key.secret},
    }
    return Existing(child, _secret(Properties(values)), _secret(Properties(values)))


def _wanted(values: Mapping[str, Any]) -> _Wanted:
    server, tsig = values["server"], values["tsig"]
    return _Wanted(
        parent=values["parent"],
        child=values["child"],
        rrsets=parse_content(values["content"], values["parent"]),
        server=Server(server["address"], int(server.get("port", 53))),
        key=Key(tsig["name"], tsig["algorithm"], tsig["secret"]),
    )


def _secret(properties: Properties) -> Properties:
    return Properties(properties.values, properties.secret_keys | SECRET_KEYS)
