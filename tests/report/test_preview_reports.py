"""Previews as a comment, a page, SARIF and JUnit: the most severe first, nothing hostile gets through."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from xml.etree import ElementTree as ET

import pytest

from ffinfra.gate.findings import Severity
from ffinfra.gate.operations import Operation
from ffinfra.report.preview_junit import junit
from ffinfra.report.preview_markdown import LONGEST, MARK, comment
from ffinfra.report.preview_page import page
from ffinfra.report.preview_sarif import sarif
from ffinfra.report.schemas import CostForm, PreviewForm, PropertyForm
from tests.report.previews import URN, WHOLE, change, found, hostile, preview

NOTE = "\u2139\ufe0f"


def test_the_comment() -> None:
    assert (
        comment([WHOLE, preview("failover")])
        == f"""\
{MARK}
## 🛑 blocked: `prod`

| stack | changes | records | block | destructive | notes | waived |
|---|---|---|---|---|---|---|
| `prod` | 2 | 3 | 1 | 0 | 1 | 1 |
| `failover` | 2 | 3 | 0 | 0 | 0 | 0 |

🛑 **shared-cpu** (`prod`): `stop this`{"  "}
`{URN}`{"  "}
way out: `do something`

{NOTE} **shared-cpu** (`prod`): `note this`{"  "}
`{URN}`{"  "}
way out: `do something`
- waived 🛑 **shared-cpu** (`prod`): `borne`, `waived until 2026-12-31 by alex: known`
{SHOWN.format(stack="prod")}{SHOWN.format(stack="failover")}{LINES}{LINES}"""
    )


SHOWN = """\

### `{stack}`
- delete `sn6` (`hcloud:index/server:Server`)
- update `sn5` (`hcloud:index/server:Server`): `labels.a 1 -> sn5`
- records of `ff.musterstadt.example.` at `own primary`: 3 RRsets
  - \\+ `a. A` `192.0.2.1` (ttl 300)
  - \\- `b. A` `192.0.2.1` (ttl 600)
  - ~ `c. A`, ttl 600 → 300
"""
LINES = """\

Line by line:

<details><summary>update <code>sn5</code></summary>

```diff
labels.a: 1 -> sn5
```

</details>
"""


def test_a_broken_rule_is_red() -> None:
    broken = found(Severity.NOTE, "glass-broken", "survives was overridden")
    assert "🔴 **glass-broken** (`prod`): `survives was overridden`  " in comment([preview("prod", broken)])


def test_files_line_by_line() -> None:
    """What changes places shows, a secret does not, and nothing within ends the fence."""
    one = HOST.model_copy(update={"properties": (FILE, HIDDEN)})
    text = comment([preview(changes=(one,), zones=())])
    lines = [
        'files["/etc/nftables.conf"].content:', "@@ -1,3 +1,3 @@", "+ ````", "  drop", "- ````", "  accept",
        'secretFiles["/etc/fastd/secret.conf"].content: (secret) -> (secret)',
    ]  # fmt: skip
    told = "`/etc/nftables.conf +1 -1`, `/etc/fastd/secret.conf (another secret)`"
    assert f"- update `sn5` (`freifunk:index:HostConfig`): {told}\n" in text
    assert "\n".join(["`````diff", *lines, "`````", "", "</details>"]) in text
    whole = page([preview(changes=(one,), zones=())])
    assert '<span class="good">+ ````</span>' in whole
    assert "(secret) -&gt; (secret)" in whole


FILE = PropertyForm(
    path='files["/etc/nftables.conf"].content', old="drop\n````\naccept\n", new="````\ndrop\naccept\n"
)
HIDDEN = PropertyForm(path='secretFiles["/etc/fastd/secret.conf"].content', old="[secret]", new="[secret]")
HOST = change(Operation.UPDATE, "sn5").model_copy(update={"type": "freifunk:index:HostConfig"})


def test_the_cost_before_and_after() -> None:
    one = preview(cost=CostForm(before="200.10", after="214.38", budget="240.00"))
    assert "💶 `prod`: 200.10 → 214.38 EUR a month, budget 240.00" in comment([one]).splitlines()
    assert "200.10 → 214.38 EUR a month, of a budget of 240.00" in page([one])


@pytest.mark.parametrize(
    ("previews", "headline"),
    [
        ([preview(approval_needed=False)], "✅ no change"),
        ([preview(), preview("failover", approvals=2)], "🔑 2 people must approve"),
        ([preview(approvals=0)], "✅ nobody needs to approve"),
    ],
)
def test_the_headline(previews: list[PreviewForm], headline: str) -> None:
    assert comment(previews).splitlines()[1] == f"## {headline}"


def test_ten_thousand_changes_fit_and_the_severe_is_there() -> None:
    many = tuple(change(Operation.UPDATE, f"host{number}") for number in range(10_000))
    notes = [found(Severity.NOTE, reason=f"note {number}") for number in range(2_000)]
    text = comment([preview("prod", *notes, found(Severity.BLOCK, reason="stop this"), changes=many)])
    assert len(text) < LONGEST < 60_000
    assert text.index("stop this") < text.index("note 0`")
    assert "more lines do not fit here" in text


def test_no_name_breaks_the_comment() -> None:
    whole = comment([hostile()])
    text, blocks = re.subn(r"^(`{3,})diff\n.*?^\1$", "", whole, flags=re.MULTILINE | re.DOTALL)
    text, names = re.subn(r"<summary>update <code>[^<>@]*</code></summary>", "", text)
    assert (blocks, names, whole.count("</details>")) == (1, 1, 1)
    outside = "".join(part for number, part in enumerate(text.split("`")) if number % 2 == 0)
    assert text.count("`") % 2 == 0
    assert not any(word in outside for word in ("<script", "@everyone", "javascript", "\x1b", "\u202e"))
    rows = [line for line in text.splitlines() if line.startswith("| ")]
    assert [row.count("|") for row in rows] == [8, 8]


class Tags(HTMLParser):
    """The elements of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.add(tag)
        assert not any(name.startswith("on") for name, _ in attrs)


def test_no_name_breaks_the_page() -> None:
    text = page([hostile(), WHOLE])
    tags = Tags()
    tags.feed(text)
    assert "script" not in tags.names
    assert "alert(1)" in text
    assert not any(character in text for character in "\x1b\x00\u202e")
    for words in ("stop this", "note this", "waived until 2026-12-31 by alex: known", "skipped", "192.0.2.1"):
        assert words in text


def test_sarif() -> None:
    (run,) = json.loads(sarif([WHOLE, hostile()]))["runs"]
    results = [(one["ruleId"], one["level"], "suppressions" in one) for one in run["results"]]
    assert results == [
        ("shared-cpu", "note", False),
        ("shared-cpu", "error", False),
        ("shared-cpu", "error", True),
        ("own-x", "note", True),
        ("shared-cpu", "error", False),
    ]
    first = run["results"][0]
    assert first["message"]["text"] == "note this. Way out: do something"
    assert first["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "Pulumi.prod.yaml"
    assert first["locations"][0]["logicalLocations"] == [{"fullyQualifiedName": URN}]
    names = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    assert names == sorted(set(names))
    assert {one["ruleId"] for one in run["results"]} <= set(names)


def test_junit() -> None:
    root = ET.fromstring(junit([WHOLE, hostile()]))
    suite = root[0]
    assert (suite.get("name"), suite.get("failures"), suite.get("skipped")) == ("prod", "1", "1")
    assert suite.get("tests") == str(len(suite))
    cases = {case.get("name"): case for case in suite}
    failure = cases["shared-cpu"].find("failure")
    assert failure is not None
    assert (failure.get("message"), failure.text) == ("stop this", "stop this. Way out: do something")
    assert cases["shared-cpu"].findtext("system-out") == (
        "note: note this\nblock: borne (waived until 2026-12-31 by alex: known)"
    )
    assert cases["over-budget"].find("skipped") is not None
    assert len(list(cases["hooked"])) == 0
    assert "\x1b" not in ET.tostring(root[1], encoding="unicode")
