"""A DNS tree of real servers on loopback: a root, the top-level domain ``test`` and its zones' servers."""

from __future__ import annotations

import asyncio
import socket
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import dns.dnssec
from dns.rdatatype import DNSKEY as DNSKEY_TYPE
from dns.rdtypes.ANY.DNSKEY import DNSKEY

from ffinfra.dns.check.live import LiveTransport
from ffinfra.dns.check.naming import Nameserver, absolute
from ffinfra.dns.check.question import Question
from ffinfra.dns.check.response import ANSWER, Response
from tests.daemons.knot import Knot, free_port

ROOT = "127.0.53.1"
TLD = "127.0.53.2"
NS1 = "127.0.53.11"
NS2 = "127.0.53.12"
SILENT = "127.0.53.13"
RECURSOR = "127.0.53.14"
IPV6 = "::1"

_SERVER = """\
server:
    rundir: {folder}
    listen: {address}@{port}
database:
    storage: {folder}/db
log:
  - target: stderr
    any: info
acl:
  - id: everybody
    address: [127.0.0.0/8]
    action: transfer
policy:
  - id: own
    algorithm: ecdsap256sha256
    single-type-signing: on
template:
  - id: default
    storage: {folder}
    file: "%s.zone"
    zonefile-sync: -1
    zonefile-load: difference-no-serial
    journal-content: all
zone:
"""
_RECURSOR = """\
server:
    interface: {address}@{port}
    directory: {folder}
    pidfile: {folder}/pid
    username: ""
    chroot: ""
    use-syslog: no
    log-queries: no
    verbosity: 1
    do-not-query-localhost: no
    access-control: 127.0.0.0/8 allow
    module-config: iterator
    local-zone: "test." nodefault
remote-control:
    control-enable: no
auth-zone:
    name: {zone}
    zonefile: {folder}/own.zone
    for-downstream: yes
    for-upstream: no
    fallback-enabled: no
stub-zone:
    name: .
    stub-addr: {root}@{port}
"""
_SIGNED = "    dnssec-signing: on\n    dnssec-policy: own\n"
_OPEN = "    acl: everybody\n"


@dataclass(frozen=True)
class Served:
    """A zone on one server."""

    records: str
    serial: int = 2026010101
    signed: bool = False
    open_to_transfer: bool = False

    def text(self, zone: str) -> str:
        """The master file."""
        mname = f"ns1.{zone}." if zone else "a.roots."
        soa = f"@ 300 SOA {mname} hostmaster.{zone or 'roots'}. {self.serial} 86400 7200 1209600 3600\n"
        return f"$ORIGIN {zone}.\n$TTL 300\n{soa}{self.records}\n"


@dataclass
class World:
    """The running servers.

    Attributes:
        port: the port of all of them.
        hints: the root server.
    """

    port: int
    folder: Path
    stack: ExitStack
    hints: tuple[Nameserver, ...] = (Nameserver(absolute("a.roots"), ROOT),)
    delegations: list[str] = field(default_factory=list)

    def serve(self, address: str, zones: Mapping[str, Served]) -> None:
        """Start a knotd and wait until it has loaded its zones."""
        folder = self.folder / address
        folder.mkdir()
        (folder / "db").mkdir()
        lines = [_SERVER.format(folder=folder, address=address, port=self.port)]
        for zone, served in zones.items():
            (folder / f"{zone or '@'}.zone").write_text(served.text(zone), encoding="utf-8")
            lines.append(f"  - domain: {zone}.\n    file: {zone or '@'}.zone\n")
            lines.append(_SIGNED if served.signed else "")
            lines.append(_OPEN if served.open_to_transfer else "")
        (folder / "knot.conf").write_text("".join(lines), encoding="utf-8")
        knot = Knot(folder, address, self.port)
        self.stack.callback(knot.stop)
        knot.start()
        for zone in zones:
            knot.wait_for(f"[{zone}.] loaded")

    def recurse(self, address: str, zone: str, served: Served) -> None:
        """Start an unbound that has a zone and recurses for everybody, and wait until it answers."""
        folder = self.folder / address
        folder.mkdir()
        (folder / "own.zone").write_text(served.text(zone), encoding="utf-8")
        configuration = _RECURSOR.format(folder=folder, address=address, port=self.port, zone=zone, root=ROOT)
        (folder / "unbound.conf").write_text(configuration, encoding="utf-8")
        command = ["unbound", "-d", "-c", str(folder / "unbound.conf")]
        process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
        self.stack.callback(process.wait, 20)
        self.stack.callback(process.terminate)
        assert process.stderr is not None
        seen = self.stack.enter_context(process.stderr)
        assert any("start of service" in line for line in seen), "unbound did not start"

    def keep_silent(self, address: str) -> None:
        """Take questions over both protocols and answer none."""
        for kind in (socket.SOCK_DGRAM, socket.SOCK_STREAM):
            bound = self.stack.enter_context(socket.socket(socket.AF_INET, kind))
            bound.bind((address, self.port))
            if kind is socket.SOCK_STREAM:
                bound.listen()

    def delegate(self, zone: str, servers: Mapping[str, str], *, glue: bool = True, ds: str = "") -> None:
        """Note a delegation for the top-level domain; the names are relative to the zone."""
        self.delegations += [f"{zone}. NS {name}.{zone}." for name in servers]
        if glue:
            self.delegations += [_address(f"{name}.{zone}.", address) for name, address in servers.items()]
        self.delegations += [f"{zone}. DS {ds}"] if ds else []

    def serve_top(self) -> None:
        """Start the servers of the root and of the top-level domain, with the delegations noted so far."""
        tld = "\n".join([f"@ NS ns1.test.\nns1.test. A {TLD}", *self.delegations])
        self.serve(TLD, {"test": Served(tld, signed=True)})
        root = f"@ NS a.roots.\na.roots. A {ROOT}\ntest. NS ns1.test.\nns1.test. A {TLD}"
        self.serve(ROOT, {"": Served(root)})

    def transport(self) -> LiveTransport:
        """A transport to these servers."""
        return LiveTransport(port=self.port)

    def ds_of(self, zone: str, address: str) -> str:
        """The DS of the key that a server publishes for a zone."""
        return asyncio.run(self._ds_of(zone, address))

    async def _ds_of(self, zone: str, address: str) -> str:
        name = absolute(zone)
        async with self.transport() as transport:
            response = await transport.ask(address, Question(name, DNSKEY_TYPE))
        assert isinstance(response, Response), response
        (key,) = response.rdatas(DNSKEY, name, ANSWER)
        return dns.dnssec.make_ds(name, key, "SHA256").to_text()


def apex(zone: str, servers: Mapping[str, str], extra: Sequence[str] = ()) -> str:
    """NS records and addresses of a zone, and a mail target."""
    names = [f"@ NS {name}.{zone}." for name in servers]
    addresses = [_address(f"{name}.{zone}.", address) for name, address in servers.items()]
    return "\n".join([*names, *addresses, f"@ MX 10 mail.{zone}.", f"mail A {NS1}", *extra])


def _address(name: str, address: str) -> str:
    return f"{name} {'AAAA' if ':' in address else 'A'} {address}"


@contextmanager
def world(folder: Path) -> Iterator[World]:
    """An empty world; everything that is started in it is ended with it."""
    with ExitStack() as stack:
        yield World(free_port("127.0.0.1"), folder, stack)
