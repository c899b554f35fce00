"""The configuration of a real nsd that transfers zones from a primary, as a friend's secondary does."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

_CONFIGURATION = """\
server:
{addresses}    username: ""
    chroot: ""
    server-count: 1
    database: ""
    zonesdir: "{folder}"
    pidfile: "{folder}/nsd.pid"
    xfrdfile: "{folder}/xfrd.state"
    zonelistfile: "{folder}/zone.list"
    xfrdir: "{folder}"
    verbosity: 2
    xfrd-reload-timeout: 0
remote-control:
    control-enable: no
key:
    name: {key}
    algorithm: hmac-sha256
    secret: "{secret}"
"""
_ZONE = """\
zone:
    name: {zone}
    zonefile: {zone}.zone
    request-xfr: {primary} {key}
    outgoing-interface: {source}
{notify}"""


@dataclass(frozen=True)
class Friend:
    """A friend's nameserver.

    Attributes:
        addresses: where it answers, on port 53.
        primary: where it transfers from.
        key: the name of the TSIG key (hmac-sha256).
        secret: of the key, base64.
    """

    addresses: Sequence[str]
    primary: str
    key: str
    secret: str

    def configure(self, folder: Path, zones: Iterable[str], *, deaf: Iterable[str] = ()) -> Path:
        """Write nsd.conf into a folder of its own.

        Args:
            folder: for everything that it writes.
            zones: names without final dot.
            deaf: those of them whose NOTIFY it refuses.
        """
        folder.mkdir()
        lines = "".join(f"    ip-address: {one}\n" for one in self.addresses)
        text = _CONFIGURATION.format(addresses=lines, folder=folder, key=self.key, secret=self.secret)
        refused = set(deaf)
        for zone in zones:
            notify = "" if zone in refused else f"    allow-notify: {self.primary} {self.key}\n"
            text += _ZONE.format(
                zone=zone, primary=self.primary, key=self.key, source=self.addresses[0], notify=notify
            )
        file = folder / "nsd.conf"
        file.write_text(text)
        return file
