"""Reading master files: what they mean, and every mistake with its place and way out."""

from pathlib import Path

import pytest

from ffinfra.dns.master_file import ZoneFile, read_zone, read_zone_text
from ffinfra.problems import InvalidInputError, Place
from tests.dns.zones import SMALL, lines


def problems_of(text: str, origin: str | None = None) -> list[str]:
    with pytest.raises(InvalidInputError) as raised:
        read_zone_text(text, origin, source="m.zone")
    return [str(problem) for problem in raised.value.problems]


def with_soa(text: str) -> str:
    return f"$ORIGIN mesh.example.\n$TTL 600\n@ SOA ns1 hostmaster 1 4h 1h 2w 1h\n{text}"


def read(text: str) -> list[str]:
    return lines(read_zone_text(with_soa(text)).zone)


def test_a_small_zone() -> None:
    found = read_zone_text(SMALL)
    assert found.zone.origin == "mesh.example."
    assert (
        found.zone.soa.value
        == "ns1.mesh.example. hostmaster.mesh.example. 2026112301 14400 3600 1209600 3600"
    )
    assert lines(found.zone) == [
        "mesh.example. 600 NS ns1.mesh.example., ns2.mesh.example.",
        "ns1.mesh.example. 600 A 192.0.2.1",
        "ns2.mesh.example. 600 A 198.51.100.2",
        "ns2.mesh.example. 600 AAAA 2001:db8::2",
        "web.mesh.example. 600 A 192.0.2.80",
        "www.mesh.example. 600 CNAME web.mesh.example.",
    ]


def test_every_record_has_its_place() -> None:
    found = read_zone_text(SMALL + "   AAAA 2001:db8::80\nwww CNAME web\n", source="m.zone")
    assert [str(placed.place) for placed in found.records] == [
        *(f"m.zone:{line}:1" for line in range(3, 10)),
        "m.zone:10:1",
        "m.zone:11:4",
        "m.zone:12:1",
    ]
    assert found.place("web.mesh.example.", "AAAA") == Place("m.zone", 11, 4)
    assert found.place("www.mesh.example.") == Place("m.zone", 9, 1)
    assert found.place("absent.mesh.example.") == Place("m.zone")


def test_owner_ttl_class_parentheses_and_comments() -> None:
    text = """\
a 1h IN A 192.0.2.1 ; one
  IN 2h A 192.0.2.1
b IN A ( ; where
    192.0.2.2 ) ; is it
c TXT ( "one"
"two" ) ; three
$ORIGIN sub
@ A 192.0.2.3
*.x MX 10 @
$TTL 1d
d.mesh.example. TYPE65280 \\# 2 ( ab
  cd )
"""
    assert read(text) == [
        "a.mesh.example. 3600 A 192.0.2.1",
        "b.mesh.example. 600 A 192.0.2.2",
        'c.mesh.example. 600 TXT "one" "two"',
        "d.mesh.example. 86400 TYPE65280 \\# 2 abcd",
        "sub.mesh.example. 600 A 192.0.2.3",
        "*.x.sub.mesh.example. 600 MX 10 sub.mesh.example.",
    ]


def test_ttl_of_a_record_that_has_none() -> None:
    without = "$ORIGIN m.example.\n@ SOA ns1 h 1 4h 1h 2w 900\n@ NS ns1\n@ 60 A 192.0.2.1\nx A 192.0.2.2\n"
    zone = read_zone_text(without).zone
    assert [(rrset.type, rrset.ttl) for rrset in zone.rrsets] == [("A", 60), ("NS", 900), ("A", 60)]
    assert zone.soa.ttl == 900


def test_unicode_names_and_escapes() -> None:
    assert read("bücher CNAME Straße.mesh.example.\na\\.b TXT grün\n") == [
        'a\\.b.mesh.example. 600 TXT "gr\\195\\188n"',
        "xn--bcher-kva.mesh.example. 600 CNAME xn--strae-oqa.mesh.example.",
    ]


def test_a_long_string_is_cut_and_marked() -> None:
    found = read_zone_text(with_soa(f'a TXT "{"x" * 300}"\nb TXT "short"\n'))
    assert [placed.strings_split for placed in found.records] == [False, True, False]
    assert found.zone.rrsets[0].values == (f'"{"x" * 255}" "{"x" * 45}"',)


def test_generate() -> None:
    text = """\
$GENERATE 1-5/2 n${0,2,d} A 192.0.2.$
$GENERATE 10-11 ${0,3,n}.x 60 IN CNAME c${-10}.$$
$GENERATE 1-1 mail MX "10 mx$"
$GENERATE 1-1 txt TXT "a $ \\$"
"""
    assert read(text) == [
        "mail.mesh.example. 600 MX 10 mx1.mesh.example.",
        "n01.mesh.example. 600 A 192.0.2.1",
        "n03.mesh.example. 600 A 192.0.2.3",
        "n05.mesh.example. 600 A 192.0.2.5",
        'txt.mesh.example. 600 TXT "a 1 $"',
        "a.0.x.mesh.example. 60 CNAME c0.\\$.mesh.example.",
        "b.0.x.mesh.example. 60 CNAME c1.\\$.mesh.example.",
    ]


def test_all_mistakes_come_at_once() -> None:
    """The expected list stands in mistakes.txt beside the file full of mistakes."""
    here = Path(__file__).parent
    text = (here / "mistakes.zone").read_text(encoding="utf-8")
    with pytest.raises(InvalidInputError) as raised:
        read_zone_text(text, source="mistakes.zone")
    assert f"{raised.value}\n" == (here / "mistakes.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "m.zone:1:1: the zone has no SOA record"),
        (
            "www A 192.0.2.1\n",
            "m.zone:1:1: in 'www A 192.0.2.1': www has no final dot and there is no origin",
        ),
        ("x.example. A 192.0.2.1\n", "m.zone:1:12: in 'x.example. A 192.0.2.1': the record has no TTL"),
        (
            with_soa("x SOA a b 1 2 3 4 5\n"),
            "m.zone:4:1: a second SOA, for x.mesh.example.; the first stands at",
        ),
        (with_soa("  A ( 192.0.2.1\n"), "m.zone:4:5: in 'A ( 192.0.2.1': '(' is never closed"),
        (with_soa("$GENERATE 1-3 a${1,2 A 192.0.2.1\n"), "m.zone:4:15: in '$GENERATE"),
        (with_soa("$GENERATE 1-300 a$ A 192.0.2.$\n"), "m.zone:4:22: in '$GENERATE 1-300 a$ A 192.0.2.$'"),
        (with_soa("$INCLUDE other\n"), "m.zone:4:10: in '$INCLUDE other': $INCLUDE is not possible here"),
        (with_soa("$ORIGIN\n"), "m.zone:4:1: in '$ORIGIN': $ORIGIN has too few or too many arguments"),
        (
            with_soa("a\tA 192.0.2.1\x00\n"),
            "m.zone:4:14: in 'a A 192.0.2.1?': the control character \\000 cannot stand",
        ),
        (with_soa("a TXT x\\\n"), "m.zone:4:8: in 'a TXT x\\': a backslash stands at the end of the line"),
        (
            with_soa(f"a TXT {'x' * 100} )\n"),
            f"m.zone:4:108: in 'a TXT {'x' * 91}...': ')' closes nothing. Remove it, or write the '(' before it.",
        ),
    ],
)
def test_single_mistakes(text: str, problem: str) -> None:
    found = problems_of(text)
    assert len(found) == 1
    assert found[0].startswith(problem)


def test_the_origin_asked_for_must_be_the_files() -> None:
    (problem,) = problems_of(SMALL, "other.example")
    assert problem.startswith(
        "m.zone:3:1: the SOA belongs to mesh.example., not to other.example. as asked. "
    )


def written(folder: Path, **files: str) -> Path:
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def problems_in(path: Path, root: Path) -> list[str]:
    with pytest.raises(InvalidInputError) as raised:
        read_zone(path, include_root=root)
    return [str(problem).replace(str(root), "ROOT") for problem in raised.value.problems]


def test_include_is_relative_to_its_file_and_changes_nothing_after_it(tmp_path: Path) -> None:
    (tmp_path / "parts").mkdir()
    written(tmp_path, main=with_soa("a A 192.0.2.1\n$INCLUDE parts/x sub\n  A 192.0.2.2\nb A 192.0.2.3\n"))
    written(tmp_path / "parts", x="$TTL 60\nx A 192.0.2.4\n$INCLUDE y\n", y="y A 192.0.2.5\n$ORIGIN z\n")
    found: ZoneFile = read_zone(tmp_path / "main", include_root=tmp_path)
    assert lines(found.zone) == [
        "a.mesh.example. 600 A 192.0.2.1, 192.0.2.2",
        "b.mesh.example. 600 A 192.0.2.3",
        "x.sub.mesh.example. 60 A 192.0.2.4",
        "y.sub.mesh.example. 60 A 192.0.2.5",
    ]
    assert [Path(name).relative_to(tmp_path).as_posix() for name in found.files] == [
        "main",
        "parts/x",
        "parts/y",
    ]
    assert found.place("y.sub.mesh.example.") == Place(str(tmp_path / "parts" / "y"), 1, 1)


def test_problems_of_included_files_come_together(tmp_path: Path) -> None:
    root = tmp_path / "dns"
    root.mkdir()
    (root / "link").symlink_to(tmp_path / "secret")
    (tmp_path / "secret").write_text("key A 192.0.2.1\n")
    (root / "latin").write_bytes(b'a A 192.0.2.1\nb TXT "\xfc"\n')
    included = ("../secret", "link", "loop", "absent", "latin", "/etc/passwd")
    text = with_soa("".join(f"$INCLUDE {name}\n" for name in included))
    written(root, main=text, loop="x A 300.0.2.1\n$INCLUDE main\n")
    assert [problem.split(". ")[0] for problem in problems_in(root / "main", root)] == [
        "ROOT/main:4:10: in '$INCLUDE ../secret': ../secret lies outside ROOT",
        "ROOT/main:5:10: in '$INCLUDE link': link lies outside ROOT",
        "ROOT/main:7:10: in '$INCLUDE absent': the file cannot be read: No such file or directory",
        "ROOT/main:9:10: in '$INCLUDE /etc/passwd': /etc/passwd lies outside ROOT",
        "ROOT/loop:1:5: in 'x A 300.0.2.1': 300.0.2.1 does not fit into a value of type A",
        "ROOT/loop:2:10: in '$INCLUDE main': main is included by itself (main -> loop)",
        "ROOT/latin:2:8: the octet 0xfc is not UTF-8",
    ]


def test_a_missing_file_and_a_folder(tmp_path: Path) -> None:
    assert problems_in(tmp_path / "absent", tmp_path) == [
        "ROOT/absent: the file cannot be read: No such file or directory. Check its name and permissions."
    ]
    assert problems_in(tmp_path, tmp_path) == ["ROOT: this is not a regular file. Name a file."]


def test_files_nested_too_deep(tmp_path: Path) -> None:
    for depth in range(20):
        (tmp_path / f"f{depth}").write_text(f"$INCLUDE f{depth + 1}\n")
    assert problems_in(tmp_path / "f0", tmp_path) == [
        "ROOT/f16:1:10: in '$INCLUDE f17': files are included more than 16 deep. Include fewer in a row."
    ]
