"""docs/DNS_LINT.md is current, and the real zones are judged as they deserve."""

from pathlib import Path

from ffinfra.dns.lint.context import LintedZone
from ffinfra.dns.lint.document import document
from ffinfra.dns.lint.finding import Level
from ffinfra.dns.lint.run import lint_zones
from ffinfra.dns.master_file import read_zone

DOCUMENT = Path(__file__).resolve().parents[3] / "docs" / "DNS_LINT.md"


def test_the_document_is_current() -> None:
    assert DOCUMENT.read_text(encoding="utf-8") == document()


def test_the_real_zones(shared_data: Path) -> None:
    """No error in twelve zones that are served; the misspelled PTR of STYLES.md is among the warnings."""
    files = [
        read_zone(path, include_root=path.parent)
        for path in sorted((shared_data / "freifunkh").glob("*.zone"))
    ]
    found = lint_zones([LintedZone(file.zone, file) for file in files])
    assert {one.level for one in found} == {Level.WARNING, Level.INFO}
    assert sorted({one.rule for one in found}) == [
        "address-without-ptr",
        "alias-target-missing",
        "ptr-without-address",
    ]
    (slip,) = [one for one in found if "storgae-03" in one.message]
    assert slip.way_out.startswith("Is storage-03.ffh.zone. meant?")
