"""Previews as JUnit XML, which CI systems show as tests: a suite a stack, a test a rule."""

from __future__ import annotations

import re
from collections.abc import Sequence
from xml.etree import ElementTree as ET

from ffinfra.gate.rules import all_rules
from ffinfra.report.plain import plain
from ffinfra.report.schemas import PreviewForm

_NOT_IN_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that XML 1.0 cannot carry (section 2.2)."""


def junit(previews: Sequence[PreviewForm]) -> str:
    """The document; a rule fails where one of its findings blocks."""
    root = ET.Element("testsuites", name="ffinfra")
    for preview in previews:
        _suite(root, preview)
    ET.indent(root)
    return ET.tostring(root, encoding="unicode", xml_declaration=True) + "\n"


def _suite(root: ET.Element, preview: PreviewForm) -> None:
    skipped = {one.rule: one.reason for one in preview.skipped}
    names = sorted({rule.identifier for rule in all_rules()} | {one.rule for one in preview.findings})
    suite = ET.SubElement(root, "testsuite", name=_text(preview.stack or "digest"), tests=str(len(names)))
    failures = 0
    for name in names:
        case = ET.SubElement(suite, "testcase", classname="ffinfra.gate", name=_text(name))
        if name in skipped:
            ET.SubElement(case, "skipped", message=_text(skipped[name]))
        found = [one for one in preview.findings if one.rule == name]
        blocking = [one for one in found if one.severity == "block" and not one.waived]
        failures += bool(blocking)
        if blocking:
            failure = ET.SubElement(case, "failure", message=_text(blocking[0].reason), type="block")
            failure.text = _text("\n".join(f"{one.reason}. Way out: {one.way_out}" for one in blocking))
        rest = [one for one in found if one not in blocking]
        if rest:
            lines = (
                f"{one.severity}: {one.reason}{f' ({one.waived})' if one.waived else ''}" for one in rest
            )
            ET.SubElement(case, "system-out").text = _text("\n".join(lines))
    suite.set("failures", str(failures))
    suite.set("skipped", str(len(skipped)))


def _text(text: str) -> str:
    return _NOT_IN_XML.sub("?", "\n".join(plain(line) for line in text.splitlines()))
