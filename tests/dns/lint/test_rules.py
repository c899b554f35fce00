"""Each rule on a small zone: what it finds, in its whole wording, and what it leaves alone."""

from __future__ import annotations

import pytest

from ffinfra.dns.backends.limits import Backend
from ffinfra.dns.lint.context import LintedZone, LintSettings
from ffinfra.dns.lint.run import RULES, lint_zones
from ffinfra.dns.master_file import read_zone_text

HEAD = """\
$ORIGIN mesh.example.
$TTL 600
@ SOA ns1 hostmaster 1 4h 1h 2w 1h
@ NS ns1
@ NS ns2
ns1 A 192.0.2.1
ns2 A 198.51.100.2
"""
LINES = HEAD.count("\n")
REVERSE = """\
$ORIGIN 2.0.192.in-addr.arpa.
$TTL 600
@ SOA ns1.mesh.example. hostmaster.mesh.example. 1 4h 1h 2w 1h
@ NS ns1.mesh.example.
@ NS ns2.mesh.example.
1 PTR ns1.mesh.example.
"""
RSA_2048 = "MIIB" + "A" * 388

CASES: dict[str, tuple[str, list[str]]] = {
    "cname-other-data": (
        "www CNAME ns1\nwww TXT x\nok CNAME ns1\n",
        ["1: www.mesh.example. CNAME: an alias stands beside TXT, so servers ignore one or refuse the zone"],
    ),
    "alias-several-targets": (
        "www CNAME ns1\nwww CNAME ns2\n",
        ["1: www.mesh.example. CNAME: an alias has 2 targets: ns1.mesh.example., ns2.mesh.example"],
    ),
    "ns-to-cname": (
        "www CNAME ns1\nsub NS www\n",
        ["2: sub.mesh.example. NS: www.mesh.example. is an alias of ns1.mesh.example"],
    ),
    "mx-to-cname": (
        "www CNAME ns1\n@ MX 10 ns2\n@ MX 20 www\n",
        ["3: mesh.example. MX: www.mesh.example. is an alias of ns1.mesh.example"],
    ),
    "srv-to-cname": (
        "www CNAME ns1\n_sip._tcp SRV 1 2 3 www\n",
        ["2: _sip._tcp.mesh.example. SRV: www.mesh.example. is an alias of ns1.mesh.example"],
    ),
    "ptr-to-cname": (
        "www CNAME ns1\nx PTR www\n",
        ["2: x.mesh.example. PTR: www.mesh.example. is an alias of ns1.mesh.example"],
    ),
    "cname-loop": (
        "a CNAME b\nb CNAME a\n",
        [
            "1: a.mesh.example. CNAME: the alias never ends: a.mesh.example. -> b.mesh.example. -> a.mesh.example",
            "2: b.mesh.example. CNAME: the alias never ends: b.mesh.example. -> a.mesh.example. -> b.mesh.example",
        ],
    ),
    "cname-chain": (
        "a CNAME b\nb CNAME ns1\n",
        [
            (
                "1: a.mesh.example. CNAME: the alias leads to an alias: "
                "a.mesh.example. -> b.mesh.example. -> ns1.mesh.example"
            )
        ],
    ),
    "below-dname": (
        "d DNAME other.example.\nx.d A 192.0.2.9\n",
        [
            "2: x.d.mesh.example.: the DNAME at d.mesh.example. moves everything below it, so this is never answered"
        ],
    ),
    "apex-ns-missing": ("", []),
    "apex-ns-single": ("", []),
    "glue-missing": (
        "sub NS ns.sub\nsub NS ns1\nok NS ns.ok\nns.ok A 192.0.2.9\n",
        [
            "1: sub.mesh.example. NS: ns.sub.mesh.example. lies in the delegated zone itself and has no address here"
        ],
    ),
    "below-delegation": (
        "sub NS ns.sub\nns.sub A 192.0.2.9\nsub TXT x\nx.sub A 192.0.2.8\n",
        [
            "3: sub.mesh.example. TXT: sub.mesh.example. is delegated, so this is never answered from here",
            "4: x.sub.mesh.example. A: sub.mesh.example. is delegated, so this is never answered from here",
        ],
    ),
    "ds-misplaced": (
        f"@ DS 1 13 2 {'ab' * 32}\nx DS 1 13 2 {'ab' * 32}\nsub NS ns1\nsub DS 1 13 2 {'ab' * 32}\n",
        [
            "1: mesh.example. DS: DS records belong to the parent zone",
            "2: x.mesh.example. DS: there are no NS records beside the DS",
        ],
    ),
    "ns-without-address": (
        "t TXT x\nsub NS t\n",
        ["2: sub.mesh.example. NS: the nameserver t.mesh.example. has no address"],
    ),
    "target-missing": (
        "@ MX 10 mail.other\n_s._tcp SRV 1 2 3 ns3\n@ MX 20 elsewhere.test.\n@ MX 0 *.w\n*.w A 192.0.2.3\n",
        [
            "1: mesh.example. MX: mail.other.mesh.example. does not exist in mesh.example",
            "2: _s._tcp.mesh.example. SRV: ns3.mesh.example. does not exist in mesh.example",
        ],
    ),
    "alias-target-missing": (
        "storage A 192.0.2.9\nx CNAME storgae\ny CNAME a.w\n*.w A 192.0.2.3\nz CNAME b.ent\na.b.ent A 192.0.2.4\n",
        ["2: x.mesh.example. CNAME: storgae.mesh.example. does not exist in mesh.example"],
    ),
    "target-without-address": (
        "t TXT x\n@ MX 10 t\n",
        ["2: mesh.example. MX: t.mesh.example. has no address"],
    ),
    "mixed-ttl": (
        "x 60 A 192.0.2.3\nx 90 A 192.0.2.4\nx 30 AAAA 2001:db8::1\n",
        ["2: x.mesh.example. A: the TTL 90 differs from 60 at m.zone:8:1"],
    ),
    "duplicate-record": (
        "x A 192.0.2.3\nX A 192.0.2.3\n",
        ["2: x.mesh.example. A: 192.0.2.3 stands twice, first at m.zone:8:1"],
    ),
    "txt-string-too-long": (
        f'x TXT "{"y" * 256}"\nz TXT "{"y" * 255}"\n',
        ["1: x.mesh.example. TXT: a string is longer than 255 octets, which no record can hold"],
    ),
    "ttl-unusual": (
        "x 0 A 192.0.2.3\ny 8d A 192.0.2.3\n",
        [
            "1: x.mesh.example. A: a TTL of 0 makes every visitor ask again",
            "2: y.mesh.example. A: a TTL of 691200 seconds keeps mistakes alive for 8 days",
        ],
    ),
    "signing-record": (
        "@ DNSKEY 257 3 13 AAAA\nx DNSKEY 257 3 13 AAAA\n",
        ["1: mesh.example. DNSKEY: a signer makes this record itself, so it is not published from here"],
    ),
    "spf-syntax": (
        'x TXT "v=spf1 ipv4:192.0.2.1 -all"\ny TXT "v=spf1 mx -all"\n',
        ["1: x.mesh.example. TXT: SPF: 'ipv4:192.0.2.1' is no mechanism"],
    ),
    "spf-several": (
        'x TXT "v=spf1 mx -all"\nx TXT "v=spf1 -all"\n',
        ["1: x.mesh.example. TXT: there are 2 SPF records, so receivers heed none"],
    ),
    "spf-lookups": (
        f'x TXT "v=spf1 {" ".join(f"include:s{n}.test" for n in range(11))} -all"\n',
        ["1: x.mesh.example. TXT: SPF: 11 terms need DNS questions, 10 are allowed"],
    ),
    "spf-discouraged": (
        'x TXT "v=spf1 ptr +all mx"\n',
        [
            "1: x.mesh.example. TXT: SPF: everybody may send as this domain",
            "1: x.mesh.example. TXT: SPF: ptr is slow and not to be used",
            "1: x.mesh.example. TXT: SPF: mx behind all is never looked at",
        ],
    ),
    "spf-type": ('x SPF "v=spf1 -all"\n', ["1: x.mesh.example. SPF: nobody looks at the type SPF any more"]),
    "dmarc-syntax": (
        '_dmarc TXT "v=DMARC1; p=rejct"\n_dmarc.ok TXT "v=DMARC1; p=none;"\n',
        ["1: _dmarc.mesh.example. TXT: DMARC: p=rejct is not none, quarantine or reject"],
    ),
    "dmarc-several": (
        '_dmarc TXT "v=DMARC1; p=none"\n_dmarc TXT "v=DMARC1; p=reject"\n',
        ["1: _dmarc.mesh.example. TXT: there are 2 records, so receivers heed none"],
    ),
    "dmarc-misplaced": (
        '@ TXT "v=DMARC1; p=none"\n',
        ["1: mesh.example. TXT: a DMARC record counts at _dmarc only"],
    ),
    "dkim-syntax": (
        f'a._domainkey TXT "v=DKIM1; k=rsa; p=MIIB"\nb._domainkey TXT "p={RSA_2048[:250]}" "{RSA_2048[250:]}"\n',
        [
            (
                "1: a._domainkey.mesh.example. TXT: DKIM: the RSA key has less than 1024 bits or is cut off "
                "(RFC 8301 section 3.2)"
            )
        ],
    ),
    "mx-null": (
        "@ MX 0 .\n@ MX 10 ns1\nx MX 0 .\n",
        ["1: mesh.example. MX: an MX of '.' means that no mail is taken, and there are others beside it"],
    ),
    "caa-tag": (
        '@ CAA 128 isue "ca.test"\n@ CAA 0 issue "ca.test"\n',
        ["1: mesh.example. CAA: no authority knows the tag isue and it is critical"],
    ),
    "address-local": (
        "a A 127.0.0.1\nb AAAA fe80::1\nc A 0.0.0.0\nd A 224.0.0.1\ne A 10.0.0.1\n",
        [
            "1: a.mesh.example. A: 127.0.0.1 (loopback) reaches no host from elsewhere",
            "2: b.mesh.example. AAAA: fe80::1 (link-local) reaches no host from elsewhere",
            "3: c.mesh.example. A: 0.0.0.0 (unspecified) reaches no host from elsewhere",
            "4: d.mesh.example. A: 224.0.0.1 (multicast) reaches no host from elsewhere",
        ],
    ),
    "wildcard-blocked": (
        "*.w A 192.0.2.3\na.b.w A 192.0.2.4\n",
        [
            (
                "1: *.w.mesh.example.: it does not answer for b.w.mesh.example., which exists because "
                "a.b.w.mesh.example. lies below it"
            )
        ],
    ),
    "wildcard-narrower": (
        "*.w A 192.0.2.3\n*.w AAAA 2001:db8::3\na.w A 192.0.2.4\n_x.w A 192.0.2.4\n",
        ["1: *.w.mesh.example.: a.w.mesh.example. has A of its own, so it gets no AAAA"],
    ),
    "wildcard-literal": (
        "a.*.w A 192.0.2.3\n*b A 192.0.2.4\n",
        [
            "2: *b.mesh.example.: a '*' that is not the whole first label stands for itself only",
            "1: a.*.w.mesh.example.: a '*' that is not the whole first label stands for itself only",
        ],
    ),
    "wildcard-delegation": (
        "*.w NS ns1\n",
        ["1: *.w.mesh.example. NS: what a wildcard NS means is not defined"],
    ),
    "soa-refresh": ("", []),
    "soa-retry": ("", []),
    "soa-expire": ("", []),
    "soa-expire-order": ("", []),
    "soa-expire-outage": ("", []),
    "soa-minimum": ("", []),
    "soa-rname": ("", []),
    "soa-mname": ("", []),
    "host-name": (
        "my_host A 192.0.2.3\n*.w A 192.0.2.3\n",
        ["1: my_host.mesh.example. A: this is no host name, many programs refuse it"],
    ),
    "target-host-name": (
        "@ MX 10 my_host.test.\n",
        ["1: mesh.example. MX: my_host.test. is no host name"],
    ),
    "srv-name": (
        "sip.tcp SRV 1 2 3 ns1\n_sip._tcp SRV 1 2 3 ns1\n",
        [
            "1: sip.tcp.mesh.example. SRV: the name does not begin with _service._protocol, so nobody will ask for it"
        ],
    ),
    "tlsa-name": (
        f"mail TLSA 3 1 1 {'ab' * 32}\n_25._tcp.mail TLSA 3 1 1 {'ab' * 32}\n",
        [
            "1: mail.mesh.example. TLSA: the name does not begin with _port._protocol, so nobody will ask for it"
        ],
    ),
    "ptr-without-address": ("", []),
    "address-without-ptr": ("", []),
    "ptr-incomplete": ("", []),
    "backend-cannot-carry": ("", []),
}


def findings(rule: str, text: str, *others: str, settings: LintSettings | None = None) -> list[str]:
    """Findings of one rule as ``line: owner type: message``, lines counted from the end of HEAD."""
    file = read_zone_text(text, source="m.zone")
    zones = [LintedZone(file.zone, file), *(LintedZone(read_zone_text(other).zone) for other in others)]
    return [
        f"{(found.place.line or 0) - LINES}: "
        f"{found.owner}{f' {found.type}' if found.type else ''}: {found.message.removesuffix('.')}"
        for found in lint_zones(zones, settings)
        if found.rule == rule and found.place is not None
    ]


@pytest.mark.parametrize("rule", [rule for rule, (_, expected) in CASES.items() if expected])
def test_what_a_rule_finds(rule: str) -> None:
    text, expected = CASES[rule]
    assert findings(rule, HEAD + text) == expected


def test_every_rule_has_a_case_here_and_an_id_of_its_own() -> None:
    ids = [rule.id for rule in RULES]
    assert sorted(ids) == sorted(CASES)
    assert len(set(ids)) == len(ids)


def test_a_sound_zone_has_no_findings() -> None:
    text = 'www CNAME ns1\n@ MX 10 ns2\n@ TXT "v=spf1 mx -all"\n_dmarc TXT "v=DMARC1; p=reject"\nsub NS ns1\n'
    file = read_zone_text(HEAD + text)
    reverse = read_zone_text(REVERSE)
    assert lint_zones([LintedZone(file.zone, file), LintedZone(reverse.zone, reverse)]) == ()


def test_nameservers_of_the_zone() -> None:
    without = HEAD.replace("@ NS ns1\n@ NS ns2\n", "")
    (missing,) = findings("apex-ns-missing", without)
    assert missing.endswith("mesh.example. NS: the zone has no NS record at its apex")
    assert findings("apex-ns-missing", HEAD) == []
    single = HEAD.replace("@ NS ns2\n", "")
    assert findings("apex-ns-single", single) == [
        "-3: mesh.example. NS: ns1.mesh.example. is the only nameserver"
    ]
    assert findings("apex-ns-single", HEAD) == []


@pytest.mark.parametrize(
    ("rule", "soa", "message"),
    [
        ("soa-refresh", "ns1 h 1 10m 1m 2w 1h", "refresh is 600 seconds, advised are 1200 to 43200"),
        ("soa-refresh", "ns1 h 1 1d 1h 2w 1h", "refresh is 86400 seconds, advised are 1200 to 43200"),
        ("soa-retry", "ns1 h 1 1h 1h 2w 1h", "retry (3600) is not a fraction of refresh (3600)"),
        ("soa-expire", "ns1 h 1 4h 1h 1w 1h", "expire is 604800 seconds, advised are 1209600 to 2419200"),
        ("soa-expire-order", "ns1 h 1 4h 1h 5h 1h", "expire (18000) is over before a failed refresh (14400)"),
        ("soa-minimum", "ns1 h 1 4h 1h 2w 2d", "minimum is 172800 seconds, advised are 60 to 86400"),
        ("soa-rname", "ns1 admin@mesh.example. 1 4h 1h 2w 1h", "admin\\@mesh.example. is no mailbox"),
        ("soa-mname", "ns9 h 1 4h 1h 2w 1h", "the primary ns9.mesh.example. does not exist in mesh.example"),
    ],
)
def test_the_soa(rule: str, soa: str, message: str) -> None:
    (found,) = findings(rule, HEAD.replace("ns1 hostmaster 1 4h 1h 2w 1h", soa))
    assert message in found
    assert findings(rule, HEAD) == []


def test_the_longest_outage() -> None:
    month = LintSettings(longest_outage=30 * 86400)
    assert findings("soa-expire-outage", HEAD, settings=month) == [
        "-4: mesh.example. SOA: secondaries stop answering after 1209600 seconds, an outage may last 2592000"
    ]
    assert findings("soa-expire-outage", HEAD, settings=LintSettings(longest_outage=1209600)) == []


def test_reverse_zones_and_addresses() -> None:
    forward = HEAD + "a A 192.0.2.10\nb A 192.0.2.11\n*.w A 192.0.2.12\n"
    assert findings("address-without-ptr", forward, REVERSE + "10 PTR a.mesh.example.\n") == [
        "2: b.mesh.example. A: 11.2.0.192.in-addr.arpa. does not exist, so 192.0.2.11 has no name"
    ]
    pointers = REVERSE + "10 PTR b.mesh.example.\n11 PTR b.mesh.example.\n12 PTR x.other.test.\n"
    assert findings("ptr-without-address", pointers, forward) == [
        "0: 10.2.0.192.in-addr.arpa. PTR: b.mesh.example. has no A 192.0.2.10"
    ]
    odd = REVERSE + "10.0 PTR ns1.mesh.example.\n0/25 NS ns1.mesh.example.\n1.0/25 PTR ns1.mesh.example.\n"
    assert findings("ptr-incomplete", odd) == [
        (
            "0: 10.0.2.0.192.in-addr.arpa. PTR: the name does not stand for an address: "
            "4 numbers for IPv4, 32 hex digits for IPv6"
        )
    ]


def test_backends() -> None:
    file = read_zone_text(HEAD + "x 30 A 192.0.2.3\n", source="m.zone")
    found = lint_zones([LintedZone(file.zone, file, (Backend.OWN, Backend.HETZNER))])
    assert [str(one) for one in found] == [
        (
            "m.zone:8:1: error: x.mesh.example. A: Hetzner DNS takes TTLs of 60 to 2147483647 seconds, not 30. "
            "Change the TTL. [backend-cannot-carry]"
        )
    ]


def test_names_are_followed_into_the_other_zones_given() -> None:
    child = HEAD.replace("mesh.example.", "sub.mesh.example.")
    parent = HEAD + "sub NS ns1.sub\nns1.sub A 192.0.2.1\nx CNAME www.sub\n"
    assert findings("alias-target-missing", parent) == []
    assert findings("alias-target-missing", parent, child) == [
        "3: x.mesh.example. CNAME: www.sub.mesh.example. does not exist in sub.mesh.example"
    ]


def test_hints() -> None:
    file = read_zone_text(HEAD + "storage A 192.0.2.9\nx CNAME storgae\n@ MX 10 mail.other.test\n")
    found = {one.rule: one.way_out for one in lint_zones([LintedZone(file.zone, file)])}
    assert found["alias-target-missing"].startswith("Is storage.mesh.example. meant?")
    assert found["target-missing"].startswith("Was the final dot of mail.other.test. forgotten?")


def test_a_zone_given_twice() -> None:
    zone = LintedZone(read_zone_text(HEAD).zone)
    with pytest.raises(ValueError, match="given twice"):
        lint_zones([zone, zone])
