"""Which previews are recorded: what stands, what the program then declares, and how the engine is asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from ffinfra.dns.delegation.mode import Mode
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
from tests.gate.rules.contexts import parent_records, sample


@dataclass(frozen=True)
class Scenario:
    """One preview.

    Attributes:
        name: of its files.
        before: what the state holds.
        after: what the program declares.
        stack: ``prod`` or ``failover``.
        mode: the failover stack's.
        gated: whether the program puts the gate's hooks on its resources.
        options: of ``pulumi preview``.
        raises: what the program fails with at its end.
    """

    name: str
    before: tuple[Declared, ...]
    after: tuple[Declared, ...]
    stack: str = "prod"
    mode: Mode | None = None
    gated: bool = True
    options: tuple[str, ...] = ()
    raises: str = ""


def _to(name: str, before: Sequence[Declared], after: Sequence[Declared], **settings: object) -> Scenario:
    return replace(Scenario(name, tuple(before), tuple(after)), **settings)  # type: ignore[arg-type]


def _kept(one: Declared, **options: object) -> Declared:
    return replace(one, **options)  # type: ignore[arg-type]


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
    return _to(name, _parent(before), _parent(after), stack="failover", mode=said)


OPERATIONS = (
    _to("nothing-changes", [server()], [server()]),
    _to("nothing-at-all", [], []),
    _to("server-created", [], [server()]),
    _to("server-labelled", [server()], [server(labels={"role": "other"})]),
    _to("server-image-replaced", [server()], [server(image="debian-13")]),
    _to("server-replaced-old-one-first", [server()], [_kept(server(image="debian-13"), delete_first=True)]),
    _to("server-user-data-replaced", [server()], [server(userData="#cloud-config\nhostname: b\n")]),
    _to(
        "server-user-data-ignored",
        [_kept(server(), ignore=("userData",))],
        [_kept(server(userData="#cloud-config\nhostname: b\n"), ignore=("userData",))],
    ),
    _to("server-deleted", [server()], []),
    _to("server-deleted-protected", [_kept(server(), protect=True)], []),
    _to(
        "server-replaced-protected",
        [_kept(server(), protect=True)],
        [_kept(server(image="debian-13"), protect=True)],
    ),
    _to("server-left-alone-when-deleted", [_kept(server(), retain=True)], []),
    _to("address-deleted", [address()], []),
    _to("address-replaced", [address()], [address(type="ipv6")]),
    _to("address-renamed-at-the-provider", [address()], [address().but(name="sn5-ipv4-new")]),
    _to("protection-dropped", [_kept(server(), protect=True)], [server()]),
    _to("protection-added", [server()], [_kept(server(), protect=True)]),
    _to("retention-dropped", [_kept(server(), retain=True)], [server()]),
    _to("changes-ignored-from-now-on", [server()], [_kept(server(), ignore=("labels",))]),
    _to("renamed-in-the-program", [server()], [server().named("sn7")]),
    _to(
        "renamed-with-an-alias",
        [server()],
        [_kept(server().named("sn7"), aliases=(f"{URN}{server().kind}::sn5",))],
    ),
    _to("without-hooks", [server()], [server(labels={"a": "b"})], gated=False),
    _to(
        "one-requested-to-be-replaced",
        [server()],
        [server()],
        options=("--replace", f"{URN}{server().kind}::sn5"),
    ),
    _to(
        "one-targeted",
        [server(), DISK],
        [server(labels={"a": "b"}), DISK.but(size=20)],
        options=("--target", f"{URN}{server().kind}::sn5"),
    ),
    _to("everything-deleted", [server(), *GROUPS], []),
    _to("too-much-at-once", GROUPS, [one.but(labels={"a": "b"}) for one in GROUPS]),
    _to("a-component-alone", [], [Declared("ffinfra:network:Supernode", "sn5", custom=False)]),
    _to("the-program-fails", [server()], [server(labels={"a": "b"})], raises="no more"),
    _to("an-input-is-refused", [], [server(serverType=None)]),
    _to("two-of-one-name-in-the-program", [], [server(), server()]),
    _to("an-identifier-that-is-not-known-yet", [], [DISK, server(labels={"disk": {"$ref": "disk"}})]),
    _to("a-hostile-name", [], [server().named(HOSTILE).but(labels={"a": "b"})]),
    _to("a-name-of-three-lines", [], [server().named(THREE_LINES)]),
    _to("protection-passed-over", [_kept(server(), protect=True)], [], options=("--ignore-protect",)),
)

CLOUD = (
    _to("server-type-not-offered", [], [server(serverType="ccx99")]),
    _to("image-not-offered", [], [server(image="debian-99")]),
    _to("location-not-offered", [], [server(location="moon1")]),
    _to("two-of-one-name-at-the-provider", [], [server(), server().named("sn7")]),
    _to("server-type-changed", [server()], [server(serverType="ccx23")]),
    _to(
        "two-of-one-host-restarted",
        [server(), server("sn6")],
        [server(serverType="ccx23"), server("sn6", serverType="ccx23")],
    ),
    _to("ssh-opened", [firewall("22", "192.0.2.56/29")], [firewall("22", *WORLD)]),
    _to("a-range-opened", [], [firewall("1-65535", *WORLD)]),
    _to("dns-opened", [], [firewall("53", *WORLD)]),
    _to("a-firewall-rule-that-is-not-known-yet", [], [DISK, NOT_KNOWN_YET]),
    _to("network-deleted", [VPC], []),
    _to("network-replaced", [VPC], [VPC.but(ipRange="10.0.0.0/9")]),
    _to("disk-deleted", [DISK], []),
    _to("disk-grown", [DISK], [DISK.but(size=20)]),
    _to("ssh-key-replaced", [KEY], [KEY.but(publicKey=OTHER_KEY)]),
    _to("reverse-name-changed", [POINTER], [POINTER.but(dnsPtr="sn5.other.example")]),
    _to("placement-group-created", [], GROUPS[:1]),
    _to("server-type-not-known-yet", [], [DISK, server(serverType={"$ref": "disk"})]),
    _to("firewall-source-not-known-yet", [], [DISK, firewall("22", {"$ref": "disk"})]),
    _to("server-deleted-that-the-provider-protects", [server(deleteProtection=True)], []),
)

RECORDS = (
    _to("rrset-added", [DNS_ZONE], [DNS_ZONE, WEB]),
    _to("rrset-changed", [WEB], [rrset("www", "A", "192.0.2.81")]),
    _to("rrset-ttl-changed", [WEB], [rrset("www", "A", "192.0.2.80", ttl=60)]),
    _to(
        "rrset-that-caches-keep-moved",
        [rrset("www", "A", "192.0.2.80", ttl=86400)],
        [rrset("www", "A", "192.0.2.81", ttl=86400)],
    ),
    _to("one-of-ten-removed", TEN, TEN[1:]),
    _to("six-of-ten-removed", TEN, TEN[6:]),
    _to("mail-removed", [MAIL, SPF, CAA, *TEN], TEN),
    _to("one-of-two-mail-servers-removed", [TWO_MAILS, *TEN], [MAIL, *TEN]),
    _to("record-not-known-yet", [], [DISK, WEB.but(records=[{"value": {"$ref": "disk"}}])]),
    _to("text-without-quotes", [], [rrset("@", "TXT", "v=spf1 -all")]),
    _to("an-address-that-is-none", [], [rrset("www", "A", "192.0.2.300")]),
    _to("records-that-are-not-known-yet", [], [DISK, WEB.but(records=[{"value": {"$ref": "disk"}}])]),
    _to("wildcard-added", [WEB], [WEB, rrset("*", "A", "192.0.2.80")]),
    _to("fallback-zone-deleted", [DNS_ZONE, WEB], []),
    _to("fallback-zone-protected", [_kept(DNS_ZONE, protect=True)], []),
    _to("own-record-added", [zone_content(*APEX)], [zone_content(*APEX, WWW)]),
    _to("own-record-moved-before-its-ttl", [zone_content(*APEX, SLOW)], [zone_content(*APEX, MOVED)]),
    _to("own-zone-nearly-emptied", [zone_content(*APEX, *MANY)], [zone_content(*APEX)]),
    _to("own-zone-loses-a-nameserver", [zone_content(*APEX)], [zone_content(APEX[0], APEX[2])]),
    _to("own-zone-loses-an-address", [zone_content(*APEX, WWW)], [zone_content(*APEX[:2], WWW)]),
    _to("own-zone-expires-in-an-hour", [zone_content(*APEX)], [zone_content(*APEX, expire=3600)]),
    _to("own-zone-loses-its-mail", [zone_content(*APEX, MX)], [zone_content(*APEX)]),
    _to("own-wildcard-over-names", [zone_content(*APEX, WWW)], [zone_content(*APEX, WWW, STAR)]),
    _to("own-zone-deleted", [zone_content(*APEX)], []),
    _to(
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
    _to("host-file-changed", [host("sn1")], [host("sn1", files={"/etc/motd": "y\n"})]),
    _to("host-file-added", [host("sn1")], [host("sn1", files={"/etc/motd": "x\n", "/etc/issue": "z\n"})]),
    _to("host-secret-changed", [host("sn1")], [host("sn1", secret="b")]),
    _to("host-created", [], [host("sn1")]),
    _to("host-forgotten", [host("sn1")], []),
    _to(
        "tunnel-moved",
        [host("sn1", files={NETDEV: TUNNEL})],
        [host("sn1", files={NETDEV: TUNNEL.replace("203.0.113.193", "203.0.113.195")})],
    ),
    _to(
        "machines-at-all-hosters",
        [host("sn1"), host("sn3"), host("ns3"), *SOME_HOSTS],
        [*(host(name, files={"/etc/motd": "y\n"}) for name in ("sn1", "sn3", "ns3")), *SOME_HOSTS],
    ),
    _to("tunnel-removed", [host("sn1", files={NETDEV: TUNNEL})], [host("sn1")]),
    _to(
        "two-kernels-pinned",
        [host("ns1", files={KERNEL: "VERSION=6.12\n"}), host("ns2", files={KERNEL: "VERSION=6.12\n"})],
        [host("ns1", files={KERNEL: "VERSION=6.13\n"}), host("ns2", files={KERNEL: "VERSION=6.13\n"})],
    ),
    _to("nameserver-forgotten", [host("ns1"), *SOME_HOSTS], SOME_HOSTS),
    _to("two-nameservers-forgotten", [host("ns1"), host("ns2")], []),
    _to(
        "both-sides-at-once",
        [host("ns1"), DNS_ZONE],
        [host("ns1", files={"/etc/motd": "y\n"}), DNS_ZONE.but(ttl=60)],
    ),
)

SCENARIOS = (*OPERATIONS, *CLOUD, *RECORDS, *HOSTS)
