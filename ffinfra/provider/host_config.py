"""``freifunk:index:HostConfig``: the files, packages and units of one machine as one resource.

Inputs: ``host``, ``transport``, ``files``, ``secretFiles``, ``packages``, ``units`` (see
``ffinfra.hosts.resource_inputs``). A preview shows file by file what would change, a refresh what was changed
on the machine. The outputs are the inputs as they stand on the machine.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from ffinfra.hosts.configuration import HostConfiguration
from ffinfra.hosts.resource_inputs import MisshapenInputError, from_inputs
from ffinfra.problems import OperationalError
from ffinfra.provider.directory_transport import DirectoryTransport
from ffinfra.provider.host_transport import FoundFile, HostTransport, Rollout
from ffinfra.provider.properties import Properties, contains_unknown
from ffinfra.provider.resource_type import Difference, Existing, PropertyChange, Refusal, ResourceType
from ffinfra.provider.ssh_transport import SshTransport

_MAPS: Final = ("files", "secretFiles")
_LISTS: Final = ("packages", "units")
_SECRET_KEYS: Final = frozenset({"secretFiles"})


class HostConfig(ResourceType):
    """The resource type."""

    token = "freifunk:index:HostConfig"

    def check(self, inputs: Properties) -> Sequence[Refusal]:
        """Refuse what has another shape; parts that are not known yet are looked at when they are."""
        values = inputs.values
        refusals = []
        if not values.get("host"):
            refusals.append(Refusal("host", "the machine's name is missing"))
        if not contains_unknown(values.get("transport")):
            refusals += _transport_refusals(values.get("transport"))
        if not contains_unknown(values):
            try:
                from_inputs(values)
            except MisshapenInputError as error:
                refusals.append(Refusal(error.property, error.reason))
        return refusals

    def diff(self, state: Properties, inputs: Properties) -> Difference:
        """File by file, property by property."""
        old, new = state.values, inputs.values
        changes: dict[str, PropertyChange] = {}
        if old.get("host") != new.get("host"):
            changes["host"] = PropertyChange.UPDATE_REPLACE
        if old.get("transport") != new.get("transport"):
            changes["transport"] = PropertyChange.UPDATE
        for name in _MAPS:
            changes |= _map_changes(name, old.get(name) or {}, new.get(name) or {})
        for name in _LISTS:
            if list(old.get(name) or []) != (new.get(name) or []):
                changes[name] = PropertyChange.UPDATE
        return Difference(changes)

    def create(self, name: str, inputs: Properties, *, preview: bool) -> tuple[str, Properties]:
        """Bring the configuration to the machine."""
        del name
        host = str(inputs.values.get("host"))
        if not preview:
            _transport(inputs).apply(Rollout(wanted=_configuration(inputs), first=True))
        return host, _outputs(inputs)

    def read(self, resource_id: str, state: Properties, inputs: Properties) -> Existing | None:
        """Look at every file; None if none is left."""
        if not state.values:
            raise OperationalError(
                f"HostConfig {resource_id} cannot be imported",
                "Declare it and run `pulumi up`: files that are as declared are left alone",
            )
        configuration = _configuration(state)
        paths = [file.path for file in configuration.files]
        found = _transport(state).read(configuration.host, paths)
        if paths and not found:
            return None
        as_found = {name: _as_found(state.values.get(name) or {}, found) for name in _MAPS}
        return Existing(
            id=resource_id,
            outputs=_outputs(state.with_values({**state.values, **as_found})),
            inputs=_outputs(inputs.with_values({**inputs.values, **as_found})),
        )

    def update(self, resource_id: str, state: Properties, inputs: Properties, *, preview: bool) -> Properties:
        """Change what differs, remove what is no longer declared."""
        del resource_id
        if not preview:
            wanted = _configuration(inputs)
            paths = {file.path for file in wanted.files}
            units = {unit.name for unit in wanted.units}
            gone = {path: read_by for path, read_by in _read_by(state).items() if path not in paths}
            rollout = Rollout(
                wanted=wanted,
                gone=tuple(gone),
                stopped=tuple(name for name in _unit_names(state) if name not in units),
                reread=tuple(sorted({name for read_by in gone.values() for name in read_by} & units)),
            )
            _transport(inputs).apply(rollout)
        return _outputs(inputs)

    def delete(self, resource_id: str, state: Properties) -> None:
        """Give the machine up."""
        del resource_id
        _transport(state).forget(str(state.values.get("host")), _paths(state))


def _outputs(properties: Properties) -> Properties:
    return Properties(properties.values, properties.secret_keys | (_SECRET_KEYS & set(properties.values)))


def _configuration(properties: Properties) -> HostConfiguration:
    return from_inputs(properties.values)


def _transport(properties: Properties) -> HostTransport:
    description = properties.values.get("transport") or {}
    match description.get("kind"):
        case "directory":
            return DirectoryTransport(Path(description["path"]))
        case "ssh":
            return SshTransport(
                address=str(description["address"]),
                user=str(description["user"]),
                port=int(description["port"]),
            )
        case kind:
            raise OperationalError(
                f"{properties.values.get('host')}: there is no transport {kind!r}",
                "Set ffinfra:transport to a directory, or to user and port; nothing was changed",
            )


def _transport_refusals(description: object) -> list[Refusal]:
    match description:
        case {"kind": "directory", "path": str(path)} if path.startswith("/"):
            return []
        case {"kind": "ssh", "address": str(), "user": str(), "port": int()}:
            return []
        case _:
            return [
                Refusal(
                    "transport",
                    "allowed is {kind: directory, path: /...} or {kind: ssh, address, user, port}",
                )
            ]


def _map_changes(
    name: str, old: Mapping[str, Any] | object, new: Mapping[str, Any] | object
) -> dict[str, PropertyChange]:
    """The changes in a map from path to file."""
    if not isinstance(old, Mapping) or not isinstance(new, Mapping):
        return {name: PropertyChange.UPDATE}
    changes: dict[str, PropertyChange] = {}
    for path in sorted({*old, *new}):
        at = f'{name}["{path}"]'
        if path not in new:
            changes[at] = PropertyChange.DELETE
        elif path not in old:
            changes[at] = PropertyChange.ADD
        elif not isinstance(new[path], Mapping):
            changes[at] = PropertyChange.UPDATE
        else:
            changes |= {
                f"{at}.{key}": _kind(key in old[path], key in new[path])
                for key in sorted({*old[path], *new[path]})
                if old[path].get(key) != new[path].get(key)
            }
    return changes


def _kind(stood: bool, stands: bool) -> PropertyChange:
    if stood and stands:
        return PropertyChange.UPDATE
    return PropertyChange.ADD if stands else PropertyChange.DELETE


def _as_found(declared: Mapping[str, Any], found: Mapping[str, FoundFile]) -> dict[str, Any]:
    """The declared files as they stand on the machine; content that is a daemon's counts as declared."""
    return {
        path: file if file.get("createOnly") else {**file, **_found_properties(found[path])}
        for path, file in declared.items()
        if path in found
    }


def _found_properties(found: FoundFile) -> dict[str, str]:
    owners = {"owner": found.owner, "group": found.group}
    return {
        "content": found.content,
        "mode": f"{found.mode:04o}",
        **{name: value for name, value in owners.items() if value is not None},
    }


def _paths(state: Properties) -> tuple[str, ...]:
    return tuple(path for name in _MAPS for path in (state.values.get(name) or {}))


def _read_by(state: Properties) -> dict[str, tuple[str, ...]]:
    """Path -> the units that read it."""
    files = {path: file for name in _MAPS for path, file in (state.values.get(name) or {}).items()}
    return {path: tuple(file.get("units") or ()) for path, file in files.items()}


def _unit_names(state: Properties) -> tuple[str, ...]:
    return tuple(str(unit["name"]) for unit in (state.values.get("units") or []))
