"""The runbook of the sample as it was approved, and what other declarations change in it.

After a wanted change: ``python -m tests.report.test_runbook`` writes it anew; read the difference before you
commit it.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ffinfra.dns.delegation.mode import Mode
from ffinfra.dns.readiness.facts import Unknown
from ffinfra.failover.proofs import Proof
from ffinfra.report.document import Code, Document, Heading, Items, Paragraph, Table, markdown
from ffinfra.report.document_page import page
from ffinfra.report.runbook.content import runbook
from tests.dns.delegation.samples import DS, delegations, signed
from tests.report.samples import declarations, sample

GOLDEN = Path(__file__).parent / "golden" / "runbook.md"
MADE = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
SEEN = datetime(2026, 2, 27, 4, 30, tzinfo=UTC)
PROOFS = (
    Proof(zone="mesh.musterstadt.example.", target=Mode.FALLBACK, asked=SEEN, ready=True, last_ready=SEEN),
    Proof(zone="mesh.musterstadt.example.", target=Mode.PRIMARY, asked=SEEN, ready=False, last_ready=None),
)


def _golden() -> str:
    return markdown(runbook(sample(), PROOFS, MADE))


def test_the_samples_runbook_is_as_approved() -> None:
    assert _golden() == GOLDEN.read_text("utf-8")


def test_the_page_says_the_same() -> None:
    document = runbook(sample(), PROOFS, MADE)
    text = page(document)
    assert text.count("<h2>") == len(sample().zones)
    assert "Fallback last seen ready</td><td>2026-02-27 04:30 UTC</td>" in text
    assert "never; NOT READY when last asked, 2026-02-27 04:30 UTC" in text
    assert "@media print" in text
    assert re.search(r"<(script|link|img|iframe)|src=|url\(", text) is None


def test_a_signed_zone_goes_in_stages_there_and_back() -> None:
    declared = declarations(delegations(signed(), parent="rfc2136"))
    told = [block.text for block in runbook(declared, (), MADE).blocks if isinstance(block, Paragraph)]
    stages = [one for one in told if one.startswith(("Now wait", "DS of", "Mode"))]
    assert stages == [
        "DS of mesh.net.example out of the parent:",
        "Now wait 600 s: no cache may hold a DS or a key any more.",
        "Mode primary -> fallback:",
        "Mode fallback -> primary:",
        "Now wait 900 s: no cache may hold unsigned answers any more.",
        "DS of mesh.net.example into the parent:",
    ]
    assert [one for one in told if "nothing" in one] == ["It must answer nothing."] * 3


def test_a_parent_by_updates_has_one_line_a_stage() -> None:
    declared = declarations(delegations(signed(), parent="rfc2136"))
    lines = [line for line in _code(runbook(declared, (), MADE)) if "nsupdate" in line]
    assert len(lines) == 4
    assert lines[-1] == (
        "printf '%s\\n' 'server 192.0.2.9 53' 'zone net.example.' 'update delete mesh.net.example. NS'"
        " 'update delete mesh.net.example. DS' 'update delete ns1.mesh.net.example. A'"
        " 'update delete ns1.mesh.net.example. AAAA' 'update delete ns2.mesh.net.example. A'"
        " 'update add mesh.net.example. 300 NS ns1.mesh.net.example.'"
        " 'update add mesh.net.example. 300 NS ns2.mesh.net.example.'"
        f" 'update add mesh.net.example. 300 DS {DS}'"
        " 'update add ns1.mesh.net.example. 300 A 192.0.2.1'"
        " 'update add ns1.mesh.net.example. 300 AAAA 2001:db8::1'"
        " 'update add ns2.mesh.net.example. 300 A 192.0.2.2' send"
        ' | nsupdate -y "hmac-sha256:parent:$TSIG_SECRET"'
    )


def test_a_registrar_without_api_has_a_page_and_no_line() -> None:
    text = markdown(runbook(declarations(delegations(parent="manual")), (), MADE))
    assert "\nhttps://registrar.example/domains:\n" in text
    assert "In the shell" not in text
    assert "Or in the shell" not in text
    assert "| Belongs to | not declared: contact in dns/delegations.yaml |" in text


def test_a_friend_is_named_with_the_way_to_them() -> None:
    friend = {"backend": "friend", "name": "society", "contact": "call +49 30 23125 001"}
    declared = declarations(delegations({"zone": "mesh.net.example", "fallback": friend}, parent="manual"))
    text = markdown(runbook(declared, (), MADE))
    assert "| Fallback | society, who transfers the zone from us; call +49 30 23125 001 |" in text
    assert "TOKEN" not in text


@pytest.mark.parametrize("zone", [{"zone": "mesh.net.example", "contact": "<b>x</b> | [y](z) `w` *"}])
def test_hostile_words_stay_words(zone: dict[str, str]) -> None:
    document = runbook(declarations(delegations(zone)), (), MADE)
    assert r"| Belongs to | \<b\>x\</b\> \| \[y\](z) \`w\` \* |" in markdown(document)
    assert "<td>&lt;b&gt;x&lt;/b&gt; | [y](z) `w` *</td>" in page(document)
    assert 'mesh.net.example. 900 IN TXT "a`b <i>$(id)</i> | c"' in _code(document)


def test_a_fence_is_longer_than_what_is_in_it() -> None:
    blocks = (Heading(2, "# h"), Items(("*a*",)), Code(("``` x", "\x1b[31m")), Table(("",), (("a\nb",),)))
    assert markdown(Document("t_t", blocks)) == (
        "# t\\_t\n\n## \\# h\n\n1. \\*a\\*\n\n````\n``` x\n\\x1b[31m\n````\n\n|  |\n| --- |\n| a b |\n"
    )


def test_dates_that_cannot_be_read_are_told() -> None:
    text = markdown(runbook(sample(), Unknown("the file is damaged"), MADE))
    assert text.count("last seen ready | not known: the file is damaged |") == 4


def _code(document: Document) -> list[str]:
    return [line for block in document.blocks if isinstance(block, Code) for line in block.lines]


if __name__ == "__main__":
    GOLDEN.write_text(_golden(), "utf-8")
