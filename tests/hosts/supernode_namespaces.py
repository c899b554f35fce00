"""A supernode's rendered files in namespaces, with a client of the mesh, a backbone's router and the outside.

The supernode is a network namespace with the rendered packet filter, sysctl and dnsmasq; veths are its client
network's port, its tunnel and its uplink. What passes its input is what a chain behind the rendered one still sees;
what is forwarded is seen at the far end. Nobody looks for duplicate addresses: Linux asks for no neighbour while its
link-local address is still tentative (a second or two), and the first packet of a test would come again.
"""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from ffinfra.hosts.rendering import render_host
from tests.hosts.isolation import Isolation, awaited, isolation, needs
from tests.hosts.packets import Packet, send
from tests.hosts.samples import full_network, sample_secrets

OWN, OWN_6 = "192.0.2.11", "2001:db8:1::11"
MANAGEMENT, MANAGEMENT_6 = "192.0.2.57", "2001:db8:1:f::57"
STRANGER, STRANGER_6 = "192.0.2.40", "2001:db8:1::40"
CLIENT, CLIENT_6 = "192.0.2.140", "3fff:1::140"
GATEWAY, GATEWAY_6 = "192.0.2.129", "3fff:1::1"
NAT = "198.51.100.201"
NEIGHBOUR, NEIGHBOUR_6 = "192.0.2.193", "2001:db8:b1:1::1"
BACKBONE_ROUTER = "203.0.113.193"
ELSEWHERE, ELSEWHERE_6 = "203.0.113.250", "2001:db8:ffff::1"
HARDWARE = {"client": "02:00:00:00:00:0c", "bb": "02:00:00:00:00:0b", "outside": "02:00:00:00:00:0e"}
PORTS = {"client": "port", "bb": "bb1", "outside": "eth0"}
MESH_HARDWARE = "02:00:00:00:00:01"

LAYOUT = f"""\
ip link add br-mesh address {MESH_HARDWARE} type bridge forward_delay 0
ip link set port master br-mesh
ip link set bb1 mtu 1400
for name in lo port eth0 bb1 br-mesh; do ip link set $name up; done
ip address add {NAT}/32 dev lo
ip address add {GATEWAY}/27 dev br-mesh
ip address add {GATEWAY_6}/64 dev br-mesh nodad
ip address add 192.0.2.194/30 dev bb1
ip address add 2001:db8:b1:1::2/64 dev bb1 nodad
ip address add {OWN}/26 dev eth0
ip address add {OWN_6}/64 dev eth0 nodad
ip route add default via 192.0.2.1
ip -6 route add default via 2001:db8:1::1
ip route add default via {NEIGHBOUR} table 42
ip -6 route add default via {NEIGHBOUR_6} table 42
for family in -4 -6; do
  ip $family rule add iif br-mesh lookup 42 priority 1000
  ip $family rule add iif br-mesh unreachable priority 1001
done
ip rule add from {NAT} lookup 42 priority 1002
"""

BACKBONE = f"""\
ip link set port0 mtu 1400
ip address add {NEIGHBOUR}/30 dev port0
ip address add {NEIGHBOUR_6}/64 dev port0 nodad
ip address add {ELSEWHERE}/32 dev lo
ip address add {ELSEWHERE_6}/128 dev lo nodad
ip route add {NAT} via 192.0.2.194
ip -6 route add 3fff:1::/48 via 2001:db8:b1:1::2
"""

SEEN = """\
table inet seen {
    set words4 { typeof ip id; flags dynamic; size 1000; }
    set words6 { typeof ip6 flowlabel; flags dynamic; size 1000; }
    chain input {
        type filter hook input priority 200;
        meta nfproto ipv4 add @words4 { ip id }
        meta nfproto ipv6 add @words6 { ip6 flowlabel }
    }
}
"""

QUIET = """\
table inet quiet {
    chain output {
        type filter hook output priority 0;
        icmp type destination-unreachable drop
        icmpv6 type destination-unreachable drop
    }
}
"""
"""An error quotes the packet that it is about, word and all, and would pass as seen."""


@dataclass
class Supernode:
    """The namespaces around one supernode."""

    isolated: Isolation
    place: Path

    def run(self, *command: str) -> str:
        """Run a command on the supernode."""
        return self.isolated.run(*command, netns="sn").stdout

    def start(self, who: str, program: str, name: str, *arguments: str) -> Path:
        """Start a program of Python and await its "ready"; where its words go."""
        log = self.place / f"{name}.log"
        self.isolated.start("python3", "-c", program, *arguments, log=log, netns=who)
        awaited(lambda: "ready" in log.read_text() or None, 20, f"{name} is ready")
        return log

    def send(self, who: str, packets: Mapping[str, Packet]) -> None:
        """Send packets to the supernode, each by its word."""
        shown = json.loads(
            self.run("ip", "-json", "link", "show", "br-mesh" if who == "client" else PORTS[who])
        )
        send(self.isolated, who, HARDWARE[who], packets, shown[0]["address"])

    def words(self) -> set[int]:
        """Marks of the packets that the supernode has taken in."""
        found: set[int] = set()
        for name in ("words4", "words6"):
            shown = json.loads(self.run("nft", "-json", "list", "set", "inet", "seen", name))
            (held,) = (part["set"] for part in shown["nftables"] if "set" in part)
            found |= set(held.get("elem", ()))
        return found


@contextmanager
def supernode_namespaces() -> Iterator[Supernode]:
    """Made, and gone at the end; dnsmasq is not started."""
    needs("nft", "ip", "dnsmasq", "ss", "sysctl")
    host = render_host(full_network(), "sn1", sample_secrets())
    with tempfile.TemporaryDirectory(prefix="supernode-") as directory, isolation() as isolated:
        place = Path(directory)
        (place / "nftables.conf").write_text(host.file("/etc/nftables.conf").content)
        (place / "dnsmasq.conf").write_text(host.file("/etc/dnsmasq.d/ffinfra.conf").content)
        sysctl = host.file("/etc/sysctl.d/60-ffinfra-forwarding.conf").content
        (place / "sysctl.conf").write_text(re.sub("^net", "-net", sysctl, flags=re.MULTILINE))
        (place / "seen.conf").write_text(SEEN)
        (place / "quiet.conf").write_text(QUIET)
        isolated.script("ip netns add sn\nip netns exec sn sysctl -qw net.ipv6.conf.default.accept_dad=0\n")
        for name, hardware in HARDWARE.items():
            isolated.script(
                f"ip netns add {name}\n"
                f"ip -n sn link add {PORTS[name]} type veth peer name port0 address {hardware} netns {name}\n"
                f"ip netns exec {name} sysctl -qw net.ipv6.conf.port0.accept_dad=0\n"
                f"ip -n {name} link set lo up\nip -n {name} link set port0 up\n"
            )
        ours = Supernode(isolated, place)
        ours.run("sysctl", "--ignore", "--load", str(place / "sysctl.conf"))
        isolated.script(LAYOUT, netns="sn")
        isolated.script(BACKBONE, netns="bb")
        ours.run("nft", "-f", str(place / "nftables.conf"))
        ours.run("nft", "-f", str(place / "seen.conf"))
        yield ours
