"""The terminal: no name of a resource or a record draws on it."""

from __future__ import annotations

from io import StringIO

from rich.console import Console

from ffinfra.gate.findings import Finding, Severity, Skipped, Verdict
from ffinfra.gate.operations import Operation
from ffinfra.report.terminal import print_changes, print_verdict
from tests.gate.digests import HOST_CONFIG, ZONE_CONTENT
from tests.gate.rules.contexts import RRSET, SERVER, change, context
from tests.report.previews import HOSTILE

MARKUP = f"[red]x[/] [link=http://x]y[/link] {HOSTILE}"


def _printed(name: str = MARKUP, *, explain: bool = True) -> str:
    inputs = {"zone": "x.example", "name": "www", "type": "TXT", "ttl": 60, "records": [{"value": '"a"'}]}
    labels = {"labels": {name: "a"}}, {"labels": {name: name, "b": name}}
    changed = context(
        [
            change(Operation.UPDATE, SERVER, name, *labels, parent_before=name),
            change(Operation.CREATE, RRSET, name, None, inputs),
            change(Operation.CREATE, ZONE_CONTENT, name, None, {"zone": name}, provider_before=name),
            change(Operation.SAME, HOST_CONFIG, name, {}, {}, provider_before=name, provider_after="b"),
        ]
    )
    finding = Finding("own-x", Severity.BLOCK, name, (name,), name)
    waived = Finding("own-y", Severity.BLOCK, name, (name,), name, waived=name)
    broken = Finding("glass-broken", Severity.NOTE, name, (), name)
    text = StringIO()
    console = Console(file=text, force_terminal=True, color_system="standard", width=4000, highlight=False)
    print_changes(console, changed.changes, changed.dns, changed.declarations, explain=explain)
    print_verdict(console, Verdict((finding, broken, waived), (Skipped("x", name),)))
    return text.getvalue()


def test_nothing_hostile_reaches_the_terminal() -> None:
    text = _printed()
    assert "\x1b[2J" not in text
    assert "\x1b]8;" not in text
    assert not any(character in text for character in "\x00\u202e\u2028\u200b")
    assert text.count("[red]x[/] [link=http://x]y[/link]") >= 8
    assert "<script>alert(1)</script>" in text


def test_a_broken_rule_is_red() -> None:
    line = next(line for line in _printed().splitlines() if "glass-broken" in line)
    assert line.startswith("\x1b[1;31mNOTE")


def test_no_name_begins_a_line_of_its_own() -> None:
    """As many lines as with a harmless name, by every notion of a line."""
    assert len(HOSTILE.splitlines()) > 3
    lines = [_printed(name, explain=False).splitlines() for name in (MARKUP, "harmless")]
    assert len(lines[0]) == len(lines[1])


def test_lines_of_a_hostile_value_are_indented() -> None:
    assert not [line for line in _printed().splitlines() if line.strip().startswith("no findings")]
    assert [line for line in _printed().splitlines() if "# x\\u2028\\r\\u200bno findings\\x85|" in line]


def test_changes_stand_under_the_machine_or_zone_that_they_are_about() -> None:
    files = {"files": {"/etc/motd": {"content": "a\n"}}}, {"files": {"/etc/motd": {"content": "b\n"}}}
    zone = {"zone": "x.example", "name": "www", "type": "A", "ttl": 60, "records": [{"value": "192.0.2.1"}]}
    judged = context(
        [
            change(Operation.UPDATE, HOST_CONFIG, "sn1", *files),
            change(Operation.UPDATE, HOST_CONFIG, "ns1", *files),
            change(Operation.CREATE, SERVER, "sn5", None, {"name": "sn5", "image": "debian-12"}),
            change(Operation.DELETE, "hcloud:index/primaryIp:PrimaryIp", "sn5-ipv4", {"name": "sn5-ipv4"}),
            change(Operation.CREATE, RRSET, "x.example www A", None, zone),
            change(Operation.CREATE, "hcloud:index/sshKey:SshKey", "alex", None, {"name": "alex"}),
            change(
                Operation.SAME,
                SERVER,
                "sn6",
                {},
                {},
                provider_before="u::p::t::default_1",
                provider_after="u::p::t::default_2",
            ),
        ]
    )
    text = StringIO()
    print_changes(Console(file=text, width=200), judged.changes, judged.dns, judged.declarations)
    assert text.getvalue() == TOLD


TOLD = """\
machines
  ns1: nameserver on vm1, named by ff.musterstadt.example., mesh.musterstadt.example.
    ~ HostConfig ns1: /etc/motd +1 -1
  sn1: supernode on vm1, about 70 of 420 nodes
    ~ HostConfig sn1: /etc/motd +1 -1
  sn5: supernode on hc1, about 70 of 420 nodes
    - Hetzner PrimaryIp sn5-ipv4
    + Hetzner Server sn5
names
  records of x.example. at Hetzner DNS: RRsets: 1 added; 1 record, none of ours before
    + www.x.example. A: 192.0.2.1 (ttl 60)
everything else
    + Hetzner SshKey alex
    ~ provider default_1 becomes default_2 for 1 resources
affected: 2 of 6 supernodes (about 140 of 420 nodes); 1 of 3 nameservers; names in x.example.
"""
