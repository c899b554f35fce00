"""``ffinfra dns export`` and ``ffinfra dns import``: what goes out comes back."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings

from ffinfra.dns.importing import imported
from ffinfra.dns.master_file import read_zone, read_zone_text
from ffinfra.dns.octodns.reading import read_octodns
from ffinfra.dns.octodns.values import value_of
from ffinfra.dns.octodns.writing import octodns_text
from ffinfra.dns.records import RRset, Zone, make_rrset
from ffinfra.dns.zone_writing import master_file
from ffinfra.problems import InvalidInputError
from tests.commands.run import Runner
from tests.daemons.knot import KEY_ALGORITHM, KEY_NAME, KEY_SECRET, running_knot
from tests.dns.zones import ORIGIN, SMALL, contents

PROJECT = Path(__file__).resolve().parents[2]
ZONES = ("ff.musterstadt.example", "mesh.musterstadt.example")


def joined(rrsets: Sequence[RRset]) -> list[object]:
    """RRsets with the strings of texts put together: octoDNS cuts them anew every 255 octets."""
    return [
        (
            one.key,
            one.ttl,
            [value_of("TXT", value) for value in one.values] if one.type == "TXT" else one.values,
        )
        for one in rrsets
    ]


@settings(deadline=None)
@given(contents())
def test_any_zone_reads_back_from_its_master_file(content: tuple[RRset, ...]) -> None:
    zone = Zone(ORIGIN, read_zone_text(SMALL).zone.soa, content)
    assert read_zone_text(master_file(zone, "a remark")).zone == zone


@pytest.mark.parametrize("zone", ZONES)
def test_the_projects_zones_through_both_formats(ffinfra: Runner, tmp_path: Path, zone: str) -> None:
    ran = ffinfra("dns", "export", zone, "--project", str(PROJECT))
    assert (ran.code, ran.err) == (0, "")
    exported = read_zone_text(ran.out).zone
    ran = ffinfra("dns", "export", f"{zone}.", "--format", "octodns", "--project", str(PROJECT))
    path = tmp_path / f"{zone}.yaml"
    path.write_text(ran.out)
    assert joined(read_octodns(path, exported.origin)) == joined(exported.rrsets)
    out = tmp_path / "again.zone"
    ran = ffinfra("dns", "import", zone, "--octodns", str(path), "--out", str(out))
    assert ran.code == 0
    assert "the source keeps no SOA" in ran.err
    assert joined(read_zone(out, include_root=tmp_path).zone.rrsets) == joined(exported.rrsets)


def test_octodns_types_and_texts() -> None:
    zone = Zone(
        ORIGIN,
        read_zone_text(SMALL).zone.soa,
        (
            make_rrset(ORIGIN, "CAA", 60, ['0 issue "ca.example; a=b"']),
            make_rrset(ORIGIN, "MX", 60, [f"10 mail.{ORIGIN}", f"20 mail2.{ORIGIN}"]),
            make_rrset(ORIGIN, "TXT", 60, ['"v=spf1; \\"q\\" \\\\ end"', '"' + "x" * 255 + '" "yy"']),
            make_rrset(f"_sip._tcp.{ORIGIN}", "SRV", 60, [f"1 2 5060 sip.{ORIGIN}"]),
            make_rrset(f"k.{ORIGIN}", "SSHFP", 60, ["4 2 " + "ab" * 32]),
            make_rrset(f"n.{ORIGIN}", "NAPTR", 60, ['1 2 "U" "E2U+sip" "!^.*$!sip:a@b.example!" .']),
        ),
    )
    text = octodns_text(zone)
    assert 'v=spf1\\; "q"' in text
    assert "preference: 10" in text


def test_octodns_mistakes_have_lines(tmp_path: Path) -> None:
    path = tmp_path / "bad.yaml"
    path.write_text(
        "'':\n  type: ALIAS\n  value: x.example.\nwww:\n  - type: A\n    value: 192.0.2.300\n"
        "  - type: MX\n    values: [{priority: 10}]\ngeo: {type: A, value: 192.0.2.1, dynamic: {}}\n"
    )
    with pytest.raises(InvalidInputError) as caught:
        read_octodns(path, ORIGIN)
    told = [(one.place.line, one.what) for one in caught.value.problems]
    assert [line for line, _ in told] == [1, 5, 7, 9]
    assert told[0][1] == "@: ALIAS is not read from octoDNS"
    assert told[2][1] == "www: a value of MX lacks exchange"


def test_octodns_former_field_names(tmp_path: Path) -> None:
    path = tmp_path / "old.yaml"
    path.write_text("'': {type: MX, ttl: 60, value: {priority: 10, value: mail.mesh.example.}}\n")
    assert read_octodns(path, ORIGIN) == (make_rrset(ORIGIN, "MX", 60, [f"10 mail.{ORIGIN}"]),)


@pytest.mark.full
def test_a_zone_is_fetched_from_a_signing_server(
    ffinfra: Runner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "knot"
    folder.mkdir()
    monkeypatch.setenv("FFINFRA_IMPORT_TSIG", f"{KEY_ALGORITHM}:{KEY_NAME}:{KEY_SECRET}")
    with running_knot(folder, {ORIGIN: SMALL}, signed=True) as knot:
        ran = ffinfra("dns", "import", "mesh.example", "--axfr", f"127.0.0.1@{knot.port}", "--out", "-")
    assert ran.code == 0
    assert read_zone_text(ran.out).zone.rrsets == read_zone_text(SMALL).zone.rrsets


def test_a_file_stays_unless_told(ffinfra: Runner, tmp_path: Path) -> None:
    source, out = tmp_path / "in.zone", tmp_path / "out.zone"
    source.write_text(SMALL)
    call = ("dns", "import", "mesh.example", "--file", str(source), "--out", str(out))
    assert ffinfra(*call).code == 0
    ran = ffinfra(*call)
    assert (ran.code, "is there already" in ran.err) == (2, True)
    done = json.loads(ffinfra(*call, "--overwrite", "--json").out)
    assert (done["schema"], done["file"], done["text"]) == ("ffinfra.dns-import/1", str(out), None)
    printed = ffinfra(*call[:-1], "-", "--json")
    assert (json.loads(printed.out)["text"], printed.err) == (out.read_text(), "")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("mesh.example",), "0 sources are given"),
        (("mesh.example", "--hetzner", "--axfr", "192.0.2.1"), "2 sources are given"),
        (("mesh.example", "--axfr", "ns1"), "'ns1' does not appear to be"),
        (("mesh.example", "--file", "/absent"), "/absent: the file cannot be read"),
    ],
)
def test_wrong_calls(ffinfra: Runner, arguments: tuple[str, ...], told: str) -> None:
    ran = ffinfra("dns", "import", *arguments)
    assert ran.code == 2
    assert told in ran.err


def test_the_export_names_the_zones_there_are(ffinfra: Runner) -> None:
    ran = ffinfra("dns", "export", "nothing.example", "--project", str(PROJECT))
    assert ran.code == 2
    assert "Known are: ff.musterstadt.example., mesh.musterstadt.example." in ran.err


def test_what_a_signer_or_the_model_makes_is_left_out() -> None:
    soa = read_zone_text(SMALL).zone.soa
    key = make_rrset(ORIGIN, "DNSKEY", 60, ["257 3 13 " + "A" * 88])
    www = make_rrset(f"www.{ORIGIN}", "A", 60, ["192.0.2.1"])
    found = imported(ORIGIN, [key, www], soa)
    assert found.zone.rrsets == (www,)
    assert found.remarks == (f"{ORIGIN} DNSKEY is left out: a signer makes it",)
