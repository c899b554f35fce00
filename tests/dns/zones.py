"""Zones that tests share, and strategies that make some."""

from hypothesis import strategies as st

from ffinfra.dns.records import RRset, Zone, make_rrset, sort_rrsets

ORIGIN = "mesh.example."

SMALL = """\
$ORIGIN mesh.example.
$TTL 600
@ IN SOA ns1 hostmaster 2026112301 4h 1h 2w 1h
@ NS ns1
@ NS ns2
ns1 A 192.0.2.1
ns2 A 198.51.100.2
ns2 AAAA 2001:db8::2
www CNAME web
web A 192.0.2.80
"""

_LABELS = st.from_regex(r"\A[a-z0-9_]([a-z0-9-]{0,6}[a-z0-9])?\Z") | st.sampled_from(
    ["*", "a\\.b", "xn--mller-kva"]
)
OWNERS = st.lists(_LABELS, max_size=3).map(lambda parts: ".".join([*parts, ORIGIN]))
_STRINGS = st.binary(max_size=300).map(
    lambda octets: [octets[at : at + 255] for at in range(0, len(octets), 255)]
)


def _quoted(parts: list[bytes]) -> str:
    return " ".join('"' + "".join(f"\\{octet:03d}" for octet in part) + '"' for part in parts or [b""])


_TYPED_VALUES = st.one_of(
    st.tuples(st.just("A"), st.ip_addresses(v=4).map(str)),
    st.tuples(st.just("AAAA"), st.ip_addresses(v=6).map(str)),
    st.tuples(st.just("TXT"), _STRINGS.map(_quoted)),
    st.tuples(
        st.just("MX"), st.tuples(st.integers(0, 65535), OWNERS).map(lambda pair: f"{pair[0]} {pair[1]}")
    ),
    st.tuples(st.just("CNAME"), OWNERS),
    st.tuples(st.just("NS"), OWNERS),
    st.tuples(st.just("TYPE65280"), st.binary(max_size=20).map(lambda data: f"\\# {len(data)} {data.hex()}")),
    st.tuples(st.just("CAA"), st.sampled_from(['0 issue "ca.example"', '128 iodef "mailto:x@mesh.example"'])),
)
SINGLETONS = frozenset({"CNAME", "DNAME", "SOA"})


@st.composite
def contents(draw: st.DrawFn, max_size: int = 12) -> tuple[RRset, ...]:
    """Contents of ``ORIGIN`` that a server accepts: no CNAME beside other data, one value in singletons."""
    drawn = draw(
        st.lists(st.tuples(OWNERS, _TYPED_VALUES, st.sampled_from([60, 600, 3600])), max_size=max_size)
    )
    sets: dict[tuple[str, str], tuple[int, list[str]]] = {}
    for owner, (rdtype, value), ttl in drawn:
        types = {known for name, known in sets if name == owner}
        alone = "CNAME" in types or (rdtype == "CNAME" and (types or owner == ORIGIN))
        if not alone or ((owner, rdtype) in sets and rdtype not in SINGLETONS):
            sets.setdefault((owner, rdtype), (ttl, []))[1].append(value)
    return sort_rrsets(
        make_rrset(owner, rdtype, ttl, values) for (owner, rdtype), (ttl, values) in sets.items()
    )


def lines(zone: Zone) -> list[str]:
    """A zone's RRsets as text, one a line."""
    return [str(rrset) for rrset in zone.rrsets]
