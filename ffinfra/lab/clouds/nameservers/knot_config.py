"""The configuration of a provider's knotd.

No ``user:`` item: knotd runs as whoever started it, which in a user namespace is an unprivileged root.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path

from ffinfra.lab.clouds.nameservers.served import (
    PrimaryServer,
    PrimaryZone,
    PublishError,
    SecondaryZone,
    ServedZone,
    TransferKey,
)


@dataclass(frozen=True, slots=True)
class KnotPlace:
    """Where a knotd lives and listens.

    Attributes:
        directory: its own; holds configuration, zone files, database, socket and log.
        addresses: all nameserver addresses.
        port: the port on each.
        transfer_retry_seconds: longest pause before a failed transfer is tried again.
    """

    directory: Path
    addresses: tuple[str, ...]
    port: int = 53
    transfer_retry_seconds: int = 2

    @property
    def configuration(self) -> Path:
        """knot.conf."""
        return self.directory / "knot.conf"

    @property
    def socket(self) -> Path:
        """The control socket."""
        return self.directory / "knot.sock"

    @property
    def log(self) -> Path:
        """The log of knotd."""
        return self.directory / "knotd.log"

    def zone_file(self, name: str) -> Path:
        """The master file of a primary zone."""
        return self.directory / "zones" / f"{name}.zone"

    def source(self, address: str) -> str | None:
        """The nameserver address from which a server of the same family is asked.

        Without it the kernel would choose 127.0.0.1 for anything on loopback, and the other side's access
        lists would not know us.
        """
        version = ip_address(address).version
        return next((own for own in self.addresses if ip_address(own).version == version), None)


def knot_configuration(place: KnotPlace, zones: Mapping[str, ServedZone]) -> str:
    """The text of knot.conf.

    Raises:
        PublishError: two zones use different TSIG keys of the same name, which knotd cannot tell apart.
    """
    secondaries = [zone for zone in zones.values() if isinstance(zone, SecondaryZone)]
    blocks = [
        _server(place),
        _keys(secondaries),
        _remotes(place, secondaries),
        _acls(secondaries),
        _templates(place),
        _zones(zones.values()),
    ]
    return "\n".join(block for block in blocks if block)


def _server(place: KnotPlace) -> str:
    listen = ", ".join(f'"{address}@{place.port}"' for address in place.addresses)
    return f"""\
server:
    rundir: "{place.directory}"
    listen: [ {listen} ]
    udp-workers: 1
    tcp-workers: 1
    background-workers: 2
    identity: ""
    version: ""
database:
    storage: "{place.directory / "database"}"
control:
    listen: "{place.socket}"
log:
  - target: "{place.log}"
    any: info
"""


def _templates(place: KnotPlace) -> str:
    retry = place.transfer_retry_seconds
    return f"""\
template:
  - id: default
    storage: "{place.directory / "zones"}"
    file: "%s.zone"
    zonefile-sync: -1
    zonefile-load: whole
    journal-content: none
    semantic-checks: off
  - id: secondary
    storage: "{place.directory / "transferred"}"
    file: "%s.zone"
    zonefile-sync: -1
    zonefile-load: none
    journal-content: all
    retry-max-interval: {retry}
    semantic-checks: off
"""


def _keys(secondaries: Sequence[SecondaryZone]) -> str:
    keys: dict[str, TransferKey] = {}
    for zone in secondaries:
        for primary in zone.primaries:
            key = primary.key
            if key is not None and keys.setdefault(key.name, key) != key:
                raise PublishError(
                    f"two different TSIG keys are named {key.name}",
                    "Give all primaries the same key, or set transfer_key_name to null: one name per zone.",
                )
    lines = [
        f'  - id: {key.name}\n    algorithm: {key.algorithm}\n    secret: "{key.secret}"\n'
        for key in keys.values()
    ]
    return "key:\n" + "".join(lines) if lines else ""


def _remote_id(zone: SecondaryZone, number: int) -> str:
    return f"{zone.name}-{number}"


def _remotes(place: KnotPlace, secondaries: Sequence[SecondaryZone]) -> str:
    lines: list[str] = []
    for zone in secondaries:
        for number, primary in enumerate(zone.primaries, 1):
            lines.append(
                f'  - id: "{_remote_id(zone, number)}"\n    address: "{primary.address}@{primary.port}"\n'
            )
            source = place.source(primary.address)
            if source is not None:
                lines.append(f'    via: "{source}"\n')
            if primary.key is not None:
                lines.append(f"    key: {primary.key.name}\n")
    return "remote:\n" + "".join(lines) if lines else ""


def _acls(secondaries: Sequence[SecondaryZone]) -> str:
    """NOTIFY is taken from the primaries' addresses, with their key or without."""
    lines: list[str] = []
    for zone in secondaries:
        for number, primary in enumerate(zone.primaries, 1):
            identifier = _remote_id(zone, number)
            lines.append(_acl(identifier, primary, None))
            if primary.key is not None:
                lines.append(_acl(f"{identifier}-signed", primary, primary.key))
    return "acl:\n" + "".join(lines) if lines else ""


def _acl(identifier: str, primary: PrimaryServer, key: TransferKey | None) -> str:
    signed = "" if key is None else f"    key: {key.name}\n"
    return f'  - id: "{identifier}"\n    address: "{primary.address}"\n{signed}    action: notify\n'


def _zones(zones: Iterable[ServedZone]) -> str:
    lines: list[str] = []
    for zone in sorted(zones, key=lambda zone: zone.name):
        lines.append(f'  - domain: "{zone.name}."\n')
        match zone:
            case PrimaryZone():
                pass
            case SecondaryZone():
                numbers = range(1, len(zone.primaries) + 1)
                masters = [_remote_id(zone, number) for number in numbers]
                signed = [
                    f"{_remote_id(zone, number)}-signed"
                    for number in numbers
                    if zone.primaries[number - 1].key is not None
                ]
                lines.append("    template: secondary\n")
                lines.append(
                    f"    master: [ {_quoted(masters)} ]\n    acl: [ {_quoted(masters + signed)} ]\n"
                )
    return "zone:\n" + "".join(lines) if lines else ""


def _quoted(names: Sequence[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)
