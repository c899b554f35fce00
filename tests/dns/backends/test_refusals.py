"""What backends cannot carry, with the records named."""

import dns.name
from hypothesis import given

from ffinfra.dns.backends.limits import Backend, limits_of
from ffinfra.dns.backends.refusals import name_octets, record_octets, refusals
from ffinfra.dns.master_file import read_zone_text
from ffinfra.dns.records import RRset, Zone, make_rrset
from ffinfra.dns.values import to_rdata
from tests.dns.zones import OWNERS, SMALL, contents


def zone(text: str) -> Zone:
    return read_zone_text(SMALL + text).zone


def refused(text: str, backend: Backend) -> list[str]:
    return [str(refusal) for refusal in refusals(zone(text), backend)]


AWKWARD = """\
host SSHFP 4 2 abababababababababababababababababababababababababababababababab
short 30 A 192.0.2.7
long 2d A 192.0.2.8
text TXT "grün"
empty TXT ""
a\\.b A 192.0.2.9
big TXT {strings}
""".format(strings=" ".join(f'"{"x" * 250}"' for _ in range(36)))


def test_our_own_primary_carries_what_the_protocol_can() -> None:
    assert refused(AWKWARD, Backend.OWN) == []
    assert refused(AWKWARD, Backend.FRIEND) == []


HETZNER = """\
a\\.b.mesh.example. A: it is not known whether Hetzner DNS takes escapes in names
host.mesh.example. SSHFP: Hetzner DNS has no type SSHFP
short.mesh.example. A: Hetzner DNS takes TTLs of 60 to 2147483647 seconds, not 30
text.mesh.example. TXT: it is not known whether Hetzner DNS takes octets outside printable ASCII
"""


def test_hetzner() -> None:
    found = refusals(zone(AWKWARD), Backend.HETZNER)
    assert "".join(f"{refusal.key}: {refusal.what}\n" for refusal in found) == HETZNER


def test_cloudflare() -> None:
    assert [line.split(". ")[0] for line in refused(AWKWARD, Backend.CLOUDFLARE)] == [
        "a\\.b.mesh.example",
        "big.mesh.example",
        "big.mesh.example",
        "empty.mesh.example",
        "long.mesh.example",
        "short.mesh.example",
        "text.mesh.example",
    ]
    assert "Cloudflare takes 8192 characters in a set, not 9107" in refused(AWKWARD, Backend.CLOUDFLARE)[1]
    assert "Cloudflare takes records of 4096 octets, not 9064" in refused(AWKWARD, Backend.CLOUDFLARE)[2]


def test_a_zone_with_too_many_records_for_cloudflare() -> None:
    many = "".join(f"n{number} A 192.0.2.1\n" for number in range(196))
    assert [found.what for found in refusals(zone(many), Backend.CLOUDFLARE)] == [
        "the zone has 201 records, Cloudflare carries 200"
    ]
    assert refused(many.replace("n0 A 192.0.2.1\n", ""), Backend.CLOUDFLARE) == []


def test_a_set_that_is_too_large_for_one_update() -> None:
    values = [f'"{number:04d}{"x" * 240}"' for number in range(120)]
    huge = make_rrset("huge.mesh.example.", "TXT", 600, values)
    base = zone("")
    (found,) = refusals(Zone(base.origin, base.soa, (*base.rrsets, huge)), Backend.OWN)
    assert found.key == ("huge.mesh.example.", "TXT")
    assert found.what == "our own primary takes sets of 28672 octets, not 32880"


def test_every_backend_has_limits_with_a_source() -> None:
    assert all(limits_of(backend).source for backend in Backend)


@given(OWNERS)
def test_name_octets(owner: str) -> None:
    assert name_octets(owner) == len(dns.name.from_text(owner).to_wire() or b"")


@given(contents(max_size=3))
def test_record_octets(content: tuple[RRset, ...]) -> None:
    for rrset in content:
        lengths = [len(to_rdata(rrset.type, value).to_wire() or b"") for value in rrset.values]
        assert record_octets(rrset) == tuple(name_octets(rrset.owner) + 10 + length for length in lengths)
