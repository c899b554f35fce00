"""A real knotd on loopback for tests, started and ended by process id."""

from __future__ import annotations

import base64
import hashlib
import socket
import subprocess
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

KEY_NAME = "update.lab.example."
KEY_ALGORITHM = "hmac-sha256"
KEY_SECRET = base64.b64encode(hashlib.sha256(b"only for tests").digest()).decode()

_CONFIGURATION = """\
server:
    rundir: {folder}/run
    listen: [{listen}]
    {server_options}
database:
    storage: {folder}/db
log:
  - target: stderr
    any: info
key:
  - id: {key}
    algorithm: {algorithm}
    secret: {secret}
acl:
  - id: writer
    key: {key}
    action: [update, transfer]
policy:
  - id: own
    algorithm: ecdsap256sha256
    single-type-signing: on
    zsk-lifetime: 0
    ksk-lifetime: 0
template:
  - id: default
    storage: {folder}/zones
    file: "%s.zone"
    acl: writer
    zonefile-sync: 0
    zonefile-load: whole
    journal-content: changes
    {zone_options}
zone:
"""


_SIGNED = "    dnssec-signing: on\n    dnssec-policy: own\n"


@dataclass(slots=True)
class Knot:
    """A running knotd; its log lines are gathered so that a test can wait for one."""

    folder: Path
    address: str
    port: int
    process: subprocess.Popen[str] | None = None
    log: list[str] = field(default_factory=list)
    _arrived: threading.Condition = field(default_factory=threading.Condition)

    def start(self) -> None:
        """Start it and wait until it says that it serves."""
        seen = len(self.log)
        command = ["knotd", "-c", str(self.folder / "knot.conf")]
        self.process = subprocess.Popen(
            command, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True, bufsize=1
        )
        threading.Thread(target=self._gather, args=(self.process,), daemon=True).start()
        self.wait_for("server started", since=seen)

    def wait_for(self, text: str, *, since: int = 0, seconds: float = 20) -> str:
        """The first log line with a text, from a given line on; fails after some seconds."""
        deadline = time.monotonic() + seconds
        with self._arrived:
            while True:
                for line in self.log[since:]:
                    if text in line:
                        return line
                left = deadline - time.monotonic()
                if left <= 0 or not self._arrived.wait(left):
                    raise AssertionError(f"knotd did not say {text!r}:\n" + "\n".join(self.log[since:]))

    def stop(self) -> None:
        """End it as an administrator would; the journal is flushed."""
        if self.process is not None:
            self.process.terminate()
            self.process.wait(20)
            self.process = None

    def kill(self) -> None:
        """End it as a power cut would."""
        if self.process is not None:
            self.process.kill()
            self.process.wait(20)
            self.process = None

    def control(self, *words: str) -> None:
        """Run knotc and wait until it is done."""
        socket_path = self.folder / "run" / "knot.sock"
        subprocess.run(
            ["knotc", "-b", "-s", str(socket_path), *words], check=True, capture_output=True, timeout=20
        )

    def _gather(self, process: subprocess.Popen[str]) -> None:
        assert process.stderr is not None
        with process.stderr as stream:
            for line in stream:
                with self._arrived:
                    self.log.append(line.rstrip("\n"))
                    self._arrived.notify_all()


def lay_out(
    folder: Path,
    zones: Mapping[str, str],
    listen: Sequence[str],
    *,
    key: str = KEY_NAME,
    signed: bool = False,
    server_options: str = "",
    zone_options: str = "",
) -> Path:
    """Write master files and configuration of a knotd; returns the configuration.

    Args:
        folder: an empty folder.
        zones: zone name with final dot -> master file.
        listen: addresses, ``ADDRESS`` or ``ADDRESS@PORT``.
        key: the name of the test key that may update and transfer.
        signed: whether it signs the zones.
        server_options: a line for the section ``server``.
        zone_options: a line for the default template.
    """
    for name in ("run", "db", "zones"):
        (folder / name).mkdir(parents=True)
    for zone, text in zones.items():
        (folder / "zones" / f"{zone.removesuffix('.')}.zone").write_text(text, encoding="utf-8")
    configuration = _CONFIGURATION.format(
        folder=folder,
        listen=", ".join(listen),
        key=key,
        algorithm=KEY_ALGORITHM,
        secret=KEY_SECRET,
        server_options=server_options,
        zone_options=zone_options,
    )
    names = "".join(f"  - domain: {zone}\n{_SIGNED if signed else ''}" for zone in zones)
    file = folder / "knot.conf"
    file.write_text(configuration + names, encoding="utf-8")
    return file


@contextmanager
def running_knot(
    folder: Path,
    zones: Mapping[str, str],
    *,
    signed: bool = False,
    server_options: str = "",
    zone_options: str = "",
) -> Iterator[Knot]:
    """A knotd that serves zones and takes updates and transfers signed with the test key.

    Args:
        folder: an empty folder of the test.
        zones: zone name with final dot -> master file.
        signed: whether it signs them.
        server_options: a line for the section ``server``.
        zone_options: a line for the default template.
    """
    knot = Knot(folder, "127.0.0.1", free_port("127.0.0.1"))
    lay_out(
        folder,
        zones,
        [f"{knot.address}@{knot.port}"],
        signed=signed,
        server_options=server_options,
        zone_options=zone_options,
    )
    try:
        knot.start()
        yield knot
    finally:
        knot.stop()


def free_port(address: str) -> int:
    """A port that is free for UDP and TCP at this moment."""
    while True:
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as stream:
            stream.bind((address, 0))
            port: int = stream.getsockname()[1]
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as datagrams:
                try:
                    datagrams.bind((address, port))
                except OSError:
                    continue
                return port
