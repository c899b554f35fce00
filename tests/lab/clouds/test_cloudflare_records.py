"""Several records of a zone: conflicts, quota, changes, lists, batches."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.lab.clouds.bench import Bench
from tests.lab.clouds.cloudflare_records import RECORDS, A, made, refused, served

MANY = 8


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ({}, {}, (81058, "An identical record already exists.")),
        ({}, {"ttl": 60}, (81057, "Record already exists.")),
        (
            {},
            {"type": "CNAME", "content": "a.example"},
            (81053, "An A, AAAA, or CNAME record with that host already exists."),
        ),
        (
            {"type": "CNAME", "content": "a.example"},
            {"type": "CNAME", "content": "b.example"},
            (81053, "An A, AAAA, or CNAME record with that host already exists."),
        ),
        (
            {"type": "CNAME", "content": "a.example"},
            {},
            (81054, "A CNAME record with that host already exists."),
        ),
        (
            {"type": "NS", "content": "ns1.example"},
            {},
            (81056, "NS records with that host already exist."),
        ),
        (
            {},
            {"type": "NS", "content": "ns1.example"},
            (81055, "Non-NS records with that host already exist."),
        ),
    ],
)
def test_records_that_cannot_stand_side_by_side(
    bench: Bench, first: dict[str, Any], second: dict[str, Any], expected: tuple[int, str]
) -> None:
    made(bench, **first)
    assert refused(bench, "POST", RECORDS, A | second) == (400, *expected)


def test_a_delegation_with_ds_and_glue(bench: Bench) -> None:
    made(bench, name="mesh", type="NS", content="ns1.mesh.musterstadt.example")
    made(
        bench,
        name="mesh",
        type="DS",
        data={"key_tag": 7, "algorithm": 13, "digest_type": 2, "digest": "ab" * 32},
    )
    made(bench, name="ns1.mesh", content="192.0.2.53")
    made(bench, name="ns1.mesh", type="AAAA", content="2001:db8::53")
    assert served(bench) == [
        "mesh 300 IN NS ns1.mesh.musterstadt.example.",
        f"mesh 300 IN DS 7 13 2 {'ab' * 32}",
        "ns1.mesh 300 IN A 192.0.2.53",
        "ns1.mesh 300 IN AAAA 2001:db8::53",
    ]


def test_ns_records_at_the_apex_are_kept_and_not_served(bench: Bench) -> None:
    made(bench, name="@", type="NS", content="ns1.example")
    assert bench.served("musterstadt.example", by="cloudflare") == [
        "$ORIGIN musterstadt.example.",
        "@ 1800 IN SOA ada.ns.cloudflare.example. dns.cloudflare.example. 1772366401 10000 2400 604800 1800",
        "@ 86400 IN NS ada.ns.cloudflare.example.",
        "@ 86400 IN NS bob.ns.cloudflare.example.",
    ]


def test_put_replaces_the_whole_record_and_patch_a_part(bench: Bench) -> None:
    record = made(bench, comment="web")
    path = f"{RECORDS}/{record['id']}"
    patched = bench.cloudflare("PATCH", path, {"content": "192.0.2.8"})[1]["result"]
    assert patched == record | {"content": "192.0.2.8"}
    put = bench.cloudflare("PUT", path, {"name": "www", "type": "A", "content": "192.0.2.9", "comment": None})
    assert {name: put[1]["result"][name] for name in ("id", "content", "ttl", "comment")} == {
        "id": record["id"],
        "content": "192.0.2.9",
        "ttl": 1,
        "comment": None,
    }
    assert refused(bench, "PUT", path, {"name": "www"})[:2] == (400, 9207)
    assert served(bench) == ["www 300 IN A 192.0.2.9"]


def test_a_vanished_record_is_not_there(bench: Bench) -> None:
    path = f"{RECORDS}/{made(bench)['id']}"
    status, answer = bench.cloudflare("DELETE", path)
    assert (status, answer["result"]) == (200, {"id": path.rpartition("/")[2]})
    gone = (404, 81044, "Record does not exist.")
    assert [refused(bench, method, path, A) for method in ("GET", "PUT", "PATCH", "DELETE")] == [gone] * 4
    assert served(bench) == []


def test_the_quota_of_the_plan(play: Callable[..., Bench]) -> None:
    bench = play(cloudflare={"records_per_zone": MANY})
    for number in range(MANY):
        made(bench, name=f"n{number}")
    full = (400, 81045, "The record quota has been exceeded.")
    assert refused(bench, "POST", RECORDS, A) == full
    assert refused(bench, "POST", f"{RECORDS}/batch", {"posts": [A]}) == full


def test_lists_come_filtered_ordered_and_in_pages(bench: Bench) -> None:
    for number in range(5):
        made(
            bench, name=f"n{number}", content=f"192.0.2.{number}", comment="even" if number % 2 == 0 else None
        )
    made(bench, name="n0", type="TXT", content='"x"')
    _, answer = bench.cloudflare("GET", f"{RECORDS}?per_page=4&page=2&order=name&direction=desc")
    assert answer["result_info"] == {"page": 2, "per_page": 4, "count": 2, "total_count": 6, "total_pages": 2}
    queries = [
        "name=n0.musterstadt.example",
        "name.exact=N0.musterstadt.example&type=A",
        "content.startswith=192.0.2.3",
        "comment=even",
        "type=TXT&content=192.0.2.1&match=any",
        "name=nobody",
        "page=9",
    ]
    counts = [len(bench.cloudflare("GET", f"{RECORDS}?{query}")[1]["result"]) for query in queries]
    assert counts == [2, 1, 1, 3, 2, 0, 0]
    assert refused(bench, "GET", f"{RECORDS}?per_page=0", None)[:2] == (400, 9207)


def test_a_batch_is_all_or_nothing_in_a_fixed_order(bench: Bench) -> None:
    gone, changed, replaced = (made(bench, name=name)["id"] for name in ("a", "b", "c"))
    batch = {
        "posts": [A | {"name": "a", "content": "192.0.2.1"}],
        "puts": [A | {"id": replaced, "name": "d"}],
        "patches": [{"id": changed, "ttl": 60}],
        "deletes": [{"id": gone}],
    }
    status, answer = bench.cloudflare("POST", f"{RECORDS}/batch", batch)
    names = {
        verb: [record["name"].split(".")[0] for record in done] for verb, done in answer["result"].items()
    }
    assert (status, names) == (200, {"deletes": ["a"], "patches": ["b"], "puts": ["d"], "posts": ["a"]})
    lines = ["b 60 IN A 192.0.2.7", "d 300 IN A 192.0.2.7", "a 300 IN A 192.0.2.1"]
    assert served(bench) == lines
    half = {"deletes": [{"id": changed}], "posts": [A | {"content": "x"}]}
    assert refused(bench, "POST", f"{RECORDS}/batch", half)[1] == 9005
    assert served(bench) == lines
