"""Names: canonical text, order, containment."""

import dns.name
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ffinfra.dns.names import (
    ancestors,
    canonical_name,
    is_within,
    labels,
    name_text,
    parent,
    relative,
    sort_key,
)

LABELS = st.binary(min_size=1, max_size=8)
NAMES = st.lists(LABELS, max_size=5).map(lambda parts: dns.name.Name([*parts, b""]))


@pytest.mark.parametrize(
    ("written", "canonical"),
    [
        ("WWW.Mesh.Example.", "www.mesh.example."),
        ("müller.example.", "xn--mller-kva.example."),
        ("straße.example.", "xn--strae-oqa.example."),
        ("XN--MLLER-KVA.example.", "xn--mller-kva.example."),
        ("_dmarc.mesh.example.", "_dmarc.mesh.example."),
        ("a\\.b.example.", "a\\.b.example."),
        ("a\\032b.example.", "a\\032b.example."),
        ("*.mesh.example.", "*.mesh.example."),
        (".", "."),
    ],
)
def test_canonical_name(written: str, canonical: str) -> None:
    assert canonical_name(written) == canonical
    assert canonical_name(canonical) == canonical


def test_a_relative_name_takes_the_origin() -> None:
    assert canonical_name("WWW", "mesh.example.") == "www.mesh.example."
    assert canonical_name("@", "mesh.example.") == "mesh.example."


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("a..b.", "a..b. has an empty label: two dots in a row or one in front"),
        (f"{'x' * 64}.", f"a label of {'x' * 57}... is longer than 63 octets"),
        (f"{'.'.join(['a' * 60] * 5)}.", f"{'a' * 57}... is longer than 255 octets"),
        ("www", "www has no final dot and there is no origin to append"),
    ],
)
def test_what_is_no_name(written: str, reason: str) -> None:
    with pytest.raises(ValueError) as raised:  # noqa: PT011
        canonical_name(written)
    assert str(raised.value) == reason


def test_a_name_of_255_octets_is_kept() -> None:
    name = ".".join(["a" * 63] * 3 + ["b" * 61]) + "."
    assert sum(len(label) + 1 for label in dns.name.from_text(name).labels) == 255
    assert canonical_name(name) == name


@given(st.lists(NAMES, max_size=6))
def test_order_is_that_of_dnspython(names: list[dns.name.Name]) -> None:
    ours = sorted((name_text(name) for name in names), key=sort_key)
    theirs = [name_text(name) for name in sorted(name.canonicalize() for name in names)]
    assert ours == theirs


@given(NAMES, NAMES)
def test_containment_is_that_of_dnspython(name: dns.name.Name, zone: dns.name.Name) -> None:
    assert is_within(name_text(name), name_text(zone)) == name.is_subdomain(zone)
    assert len(labels(name_text(name))) == len(name.labels) - 1


def test_relations() -> None:
    assert not is_within("a\\.mesh.example.", "mesh.example.")
    assert is_within("x.a\\.b.mesh.example.", "a\\.b.mesh.example.")
    assert not is_within("othermesh.example.", "mesh.example.")
    assert parent("a\\.b.mesh.example.") == "mesh.example."
    assert parent("example.") == "."
    assert ancestors("a.b.mesh.example.", "mesh.example.") == ("b.mesh.example.", "mesh.example.")
    assert relative("mesh.example.", "mesh.example.") == "@"
    assert relative("*.w.mesh.example.", "mesh.example.") == "*.w"
