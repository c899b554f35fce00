"""Differences as readable lists, and that applying them gives the new content."""

import pytest
from hypothesis import given

from ffinfra.dns.differences import applied, differences
from ffinfra.dns.records import RRset, make_rrset, sort_rrsets
from tests.dns.zones import contents

OLD = (
    make_rrset("a.mesh.example.", "A", 600, ["192.0.2.1"]),
    make_rrset("b.mesh.example.", "MX", 600, ["10 m1.mesh.example.", "20 m2.mesh.example."]),
    make_rrset("c.mesh.example.", "TXT", 600, ['"x"']),
    make_rrset("d.mesh.example.", "A", 600, ["192.0.2.4", "192.0.2.5"]),
)
NEW = (
    make_rrset("a.mesh.example.", "A", 600, ["192.0.2.9"]),
    make_rrset("b.mesh.example.", "MX", 300, ["10 m1.mesh.example."]),
    make_rrset("d.mesh.example.", "A", 600, ["192.0.2.4", "192.0.2.5", "192.0.2.6"]),
    make_rrset("a.sub.mesh.example.", "AAAA", 60, ["2001:db8::1"]),
)


def test_a_list_of_changes_reads_as_text() -> None:
    found = differences(OLD, NEW)
    assert found.text() == (
        "~ a.mesh.example. A: 192.0.2.1 -> 192.0.2.9\n"
        "~ b.mesh.example. MX: - 20 m2.mesh.example., ttl 600 -> 300\n"
        '- c.mesh.example. TXT: "x" (ttl 600)\n'
        "~ d.mesh.example. A: + 192.0.2.6\n"
        "+ a.sub.mesh.example. AAAA: 2001:db8::1 (ttl 60)"
    )
    assert found.summary() == "RRsets: 1 added, 1 removed, 3 changed; 6 of 6 records (100.0%)"
    assert found.text(limit=1) == "~ a.mesh.example. A: 192.0.2.1 -> 192.0.2.9\n... and 4 more RRsets"


def test_shares() -> None:
    found = differences(OLD, NEW)
    assert (found.records_before, found.records_after, found.records_touched) == (6, 6, 6)
    assert found.share_touched == 1.0
    assert found.share_lost == 0.5
    assert not differences(OLD, OLD)
    assert differences(OLD, OLD).summary() == "no RRset differs"
    assert differences((), NEW).share_touched == 6.0


@given(contents(), contents())
def test_applying_the_difference_gives_the_new_content(
    old: tuple[RRset, ...], new: tuple[RRset, ...]
) -> None:
    result = applied(old, differences(old, new).changes)
    assert sort_rrsets(result.values()) == new


def test_applying_to_something_else_is_refused() -> None:
    with pytest.raises(ValueError, match=r"a\.mesh\.example\. A is not as the change expects it"):
        applied(NEW, differences(OLD, NEW).changes)
