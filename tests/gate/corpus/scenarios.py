"""Which previews are recorded: what stands, what the program then declares, and how the engine is asked."""

from __future__ import annotations

from ffinfra.dns.delegation.mode import Mode
from tests.gate.corpus.policed import POLICED
from tests.gate.corpus.resources import (
    DELEGATION,
    FALLBACK_ZONE,
    GROUP,
    NETWORK,
    RDNS,
    SSH_KEY,
    VOLUME,
    ZONE,
    Declared,
    address,
    firewall,
    host,
    record,
    rrset,
    server,
    zone_content,
)
from tests.gate.corpus.scenario import Scenario, kept, to
from tests.gate.corpus.taken_over import TAKEN_OVER
from tests.gate.rules.contexts import parent_records, sample

URN = "urn:pulumi:prod::corpus::"
THREE_LINES = "sn5\nno findings\u2028nothing to approve: no change"
HOSTILE = "a\x1b[2J| **x** `y` <b>@all</b>"
WORLD = ("0.0.0.0/0", "::/0")
APEX = (
    "@ 300 NS ns1.x.musterstadt.example.",
    "@ 300 NS ns2.musterstadt.example.",
    "ns1 300 A 192.0.2.53",
)
WWW, STAR, MX = "www 300 A 192.0.2.80", "* 300 A 192.0.2.80", "@ 300 MX 10 mail.example."
SLOW, MOVED = "www 86400 A 192.0.2.80", "www 86400 A 192.0.2.81"
MANY = tuple(f"host{number} 300 A 192.0.2.{number}" for number in range(20))
NETDEV = "/etc/systemd/network/40-ffinfra-bb1.netdev"
TUNNEL = "[Tunnel]\nLocal=192.0.2.11\nRemote=203.0.113.193\n"
KERNEL = "/etc/ffinfra/kernel"
SOME_HOSTS = [host(f"h{number}") for number in range(9)]
GROUPS = [Declared(GROUP, f"g{number}", {"name": f"g{number}", "type": "spread"}) for number in range(9)]
VPC = Declared(NETWORK, "vpc", {"name": "vpc", "ipRange": "10.0.0.0/8"})
DISK = Declared(VOLUME, "disk", {"name": "disk", "size": 10, "location": "fsn1"})
NOT_KNOWN_YET = firewall("22").but(
    rules=[{"direction": "in", "protocol": "tcp", "port": "22", "sourceIps": [{"$ref": "disk"}]}]
)
KEY = Declared(
    SSH_KEY,
    "alex",
    {
        "name": "alex",
        "publicKey": "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGT1K24SuZWbQ8Ml4/ADr3vCbdmtebSdKWT80xDuRZs9",
    },
)
OTHER_KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIKEndDATNvDZrtckgH0m2CQt+6vlzL9P7TzkviZDUDik"
POINTER = Declared(RDNS, "sn5", {"primaryIpId": 7, "ipAddress": "203.0.113.11", "dnsPtr": "sn5.example"})
DNS_ZONE = Declared(ZONE, FALLBACK_ZONE, {"name": FALLBACK_ZONE, "mode": "primary", "ttl": 300})
WEB = rrset("www", "A", "192.0.2.80")
MAIL = rrset("@", "MX", "10 mail.example.")
TWO_MAILS = rrset("@", "MX", "10 mail.example.", "20 mail2.example.")
SPF = rrset("@", "TXT", '"v=spf1 -all"')
CAA = rrset("@", "CAA", '0 issue "letsencrypt.org"')
TEN = [rrset(f"host{number}", "A", f"192.0.2.{number}") for number in range(10)]


def _child(*names: str) -> Declared:
    content = "".join(f"z.musterstadt.example. 300 IN NS {name}\n" for name in names)
    given = {"parent": "musterstadt.example.", "child": "z.musterstadt.example.", "content": content}
    return Declared(DELEGATION, "z", given)


def _parent(mode: Mode) -> list[Declared]:
    return [record(inputs) for inputs in parent_records(mode, sample())]


def _switch(name: str, before: Mode, after: Mode, said: Mode) -> Scenario:
    return to(name, _parent(before), _parent(after), stack="failover", mode=said)


OPERATIONS = (
    to("nothing-changes", [server()], [server()]),
    to("nothing-at-all", [], []),
    to("server-created", [], [server()]),
    to("server-labelled", [server()], [server(labels={"role": "other"})]),
    to("server-image-replaced", [server()], [server(image="debian-13")]),
    to("server-replaced-old-one-first", [server()], [kept(server(image="debian-13"), delete_first=True)]),
    to("server-user-data-replaced", [server()], [server(userData="#cloud-config\nhostname: b\n")]),
    to(
        "server-user-data-ignored",
        [kept(server(), ignore=("userData",))],
        [kept(server(userData="#cloud-config\nhostname: b\n"), ignore=("userData",))],
    ),
    to("server-deleted", [server()], []),
    to("server-deleted-protected", [kept(server(), protect=True)], []),
    to(
        "server-replaced-protected",
        [kept(server(), protect=True)],
        [kept(server(image="debian-13"), protect=True)],
    ),
    to("server-left-alone-when-deleted", [kept(server(), retain=True)], []),
    to("address-deleted", [address()], []),
    to("address-replaced", [address()], [address(type="ipv6")]),
    to("address-renamed-at-the-provider", [address()], [address().but(name="sn5-ipv4-new")]),
    to("protection-dropped", [kept(server(), protect=True)], [server()]),
    to("protection-added", [server()], [kept(server(), protect=True)]),
    to("retention-dropped", [kept(server(), retain=True)], [server()]),
    to("changes-ignored-from-now-on", [server()], [kept(server(), ignore=("labels",))]),
    to("renamed-in-the-program", [server()], [server().named("sn7")]),
    to(
        "renamed-with-an-alias",
        [server()],
        [kept(server().named("sn7"), aliases=(f"{URN}{server().kind}::sn5",))],
    ),
    to("without-hooks", [server()], [server(labels={"a": "b"})], gated=False),
    to(
        "one-requested-to-be-replaced",
        [server()],
        [server()],
        options=("--replace", f"{URN}{server().kind}::sn5"),
    ),
    to(
        "one-targeted",
        [server(), DISK],
        [server(labels={"a": "b"}), DISK.but(size=20)],
        options=("--target", f"{URN}{server().kind}::sn5"),
    ),
    to("everything-deleted", [server(), *GROUPS], []),
    to("too-much-at-once", GROUPS, [one.but(labels={"a": "b"}) for one in GROUPS]),
    to("a-component-alone", [], [Declared("ffinfra:network:Supernode", "sn5", custom=False)]),
    to("the-program-fails", [server()], [server(labels={"a": "b"})], raises="no more"),
    to("an-input-is-refused", [], [server(serverType=None)]),
    to("two-of-one-name-in-the-program", [], [server(), server()]),
    to("an-identifier-that-is-not-known-yet", [], [DISK, server(labels={"disk": {"$ref": "disk"}})]),
    to("a-hostile-name", [], [server().named(HOSTILE).but(labels={"a": "b"})]),
    to("a-name-of-three-lines", [], [server().named(THREE_LINES)]),
    to("protection-passed-over", [kept(server(), protect=True)], [], options=("--ignore-protect",)),
)

CLOUD = (
    to("server-type-not-offered", [], [server(serverType="ccx99")]),
    to("image-not-offered", [], [server(image="debian-99")]),
    to("location-not-offered", [], [server(location="moon1")]),
    to("two-of-one-name-at-the-provider", [], [server(), server().named("sn7")]),
    to("server-type-changed", [server()], [server(serverType="ccx23")]),
    to(
        "two-of-one-host-restarted",
        [server(), server("sn6")],
        [server(serverType="ccx23"), server("sn6", serverType="ccx23")],
    ),
    to("ssh-opened", [firewall("22", "192.0.2.56/29")], [firewall("22", *WORLD)]),
    to("a-range-opened", [], [firewall("1-65535", *WORLD)]),
    to("dns-opened", [], [firewall("53", *WORLD)]),
    to("a-firewall-rule-that-is-not-known-yet", [], [DISK, NOT_KNOWN_YET]),
    to("network-deleted", [VPC], []),
    to("network-replaced", [VPC], [VPC.but(ipRange="10.0.0.0/9")]),
    to("disk-deleted", [DISK], []),
    to("disk-grown", [DISK], [DISK.but(size=20)]),
    to("ssh-key-replaced", [KEY], [KEY.but(publicKey=OTHER_KEY)]),
    to("reverse-name-changed", [POINTER], [POINTER.but(dnsPtr="sn5.other.example")]),
    to("placement-group-created", [], GROUPS[:1]),
    to("server-type-not-known-yet", [], [DISK, server(serverType={"$ref": "disk"})]),
    to("firewall-source-not-known-yet", [], [DISK, firewall("22", {"$ref": "disk"})]),
    to("server-deleted-that-the-provider-protects", [server(deleteProtection=True)], []),
)

RECORDS = (
    to("rrset-added", [DNS_ZONE], [DNS_ZONE, WEB]),
    to("rrset-changed", [WEB], [rrset("www", "A", "192.0.2.81")]),
    to("rrset-ttl-changed", [WEB], [rrset("www", "A", "192.0.2.80", ttl=60)]),
    to(
        "rrset-that-caches-keep-moved",
        [rrset("www", "A", "192.0.2.80", ttl=86400)],
        [rrset("www", "A", "192.0.2.81", ttl=86400)],
    ),
    to("one-of-ten-removed", TEN, TEN[1:]),
    to("six-of-ten-removed", TEN, TEN[6:]),
    to("mail-removed", [MAIL, SPF, CAA, *TEN], TEN),
    to("one-of-two-mail-servers-removed", [TWO_MAILS, *TEN], [MAIL, *TEN]),
    to("record-not-known-yet", [], [DISK, WEB.but(records=[{"value": {"$ref": "disk"}}])]),
    to("text-without-quotes", [], [rrset("@", "TXT", "v=spf1 -all")]),
    to("an-address-that-is-none", [], [rrset("www", "A", "192.0.2.300")]),
    to("records-that-are-not-known-yet", [], [DISK, WEB.but(records=[{"value": {"$ref": "disk"}}])]),
    to("wildcard-added", [WEB], [WEB, rrset("*", "A", "192.0.2.80")]),
    to("fallback-zone-deleted", [DNS_ZONE, WEB], []),
    to("fallback-zone-protected", [kept(DNS_ZONE, protect=True)], []),
    to("own-record-added", [zone_content(*APEX)], [zone_content(*APEX, WWW)]),
    to("own-record-moved-before-its-ttl", [zone_content(*APEX, SLOW)], [zone_content(*APEX, MOVED)]),
    to("own-zone-nearly-emptied", [zone_content(*APEX, *MANY)], [zone_content(*APEX)]),
    to("own-zone-loses-a-nameserver", [zone_content(*APEX)], [zone_content(APEX[0], APEX[2])]),
    to("own-zone-loses-an-address", [zone_content(*APEX, WWW)], [zone_content(*APEX[:2], WWW)]),
    to("own-zone-expires-in-an-hour", [zone_content(*APEX)], [zone_content(*APEX, expire=3600)]),
    to("own-zone-loses-its-mail", [zone_content(*APEX, MX)], [zone_content(*APEX)]),
    to("own-wildcard-over-names", [zone_content(*APEX, WWW)], [zone_content(*APEX, WWW, STAR)]),
    to("own-zone-deleted", [zone_content(*APEX)], []),
    to(
        "hand-made-delegation-changed",
        [_child("a.example.", "b.example.")],
        [_child("a.example.", "c.example.")],
    ),
    _switch("switched-to-the-fallback", Mode.PRIMARY, Mode.FALLBACK, Mode.FALLBACK),
    _switch("switched-back", Mode.FALLBACK, Mode.PRIMARY, Mode.PRIMARY),
    _switch("switched-to-both", Mode.PRIMARY, Mode.MIXED, Mode.MIXED),
    _switch("switched-other-than-said", Mode.PRIMARY, Mode.PRIMARY, Mode.FALLBACK),
)

HOSTS = (
    to("host-file-changed", [host("sn1")], [host("sn1", files={"/etc/motd": "y\n"})]),
    to("host-file-added", [host("sn1")], [host("sn1", files={"/etc/motd": "x\n", "/etc/issue": "z\n"})]),
    to("host-secret-changed", [host("sn1")], [host("sn1", secret="b")]),
    to("host-created", [], [host("sn1")]),
    to("host-forgotten", [host("sn1")], []),
    to(
        "tunnel-moved",
        [host("sn1", files={NETDEV: TUNNEL})],
        [host("sn1", files={NETDEV: TUNNEL.replace("203.0.113.193", "203.0.113.195")})],
    ),
    to(
        "machines-at-all-hosters",
        [host("sn1"), host("sn3"), host("ns3"), *SOME_HOSTS],
        [*(host(name, files={"/etc/motd": "y\n"}) for name in ("sn1", "sn3", "ns3")), *SOME_HOSTS],
    ),
    to("tunnel-removed", [host("sn1", files={NETDEV: TUNNEL})], [host("sn1")]),
    to(
        "two-kernels-pinned",
        [host("ns1", files={KERNEL: "VERSION=6.12\n"}), host("ns2", files={KERNEL: "VERSION=6.12\n"})],
        [host("ns1", files={KERNEL: "VERSION=6.13\n"}), host("ns2", files={KERNEL: "VERSION=6.13\n"})],
    ),
    to("nameserver-forgotten", [host("ns1"), *SOME_HOSTS], SOME_HOSTS),
    to("two-nameservers-forgotten", [host("ns1"), host("ns2")], []),
    to(
        "both-sides-at-once",
        [host("ns1"), DNS_ZONE],
        [host("ns1", files={"/etc/motd": "y\n"}), DNS_ZONE.but(ttl=60)],
    ),
)

SCENARIOS = (*OPERATIONS, *CLOUD, *RECORDS, *HOSTS, *TAKEN_OVER, *POLICED)
