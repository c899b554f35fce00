"""Findings as short sentences for people."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import resources
from types import MappingProxyType

import yaml

from ffinfra.dns.check.findings import Argument, Finding, Level, ZoneReport


@cache
def sentences() -> Mapping[str, str]:
    """The sentence of each tag; a key ``case.tag`` holds for one test case only."""
    text = resources.files("ffinfra.dns.check").joinpath("sentences.yaml").read_text(encoding="utf-8")
    return MappingProxyType({str(tag): str(sentence) for tag, sentence in yaml.safe_load(text).items()})


def sentence_of(finding: Finding) -> str:
    """What a finding says, with its arguments; lists are written with commas."""
    known = sentences()
    wording = known.get(f"{finding.case}.{finding.tag}") or known[finding.tag]
    return wording.format_map({name: _printable(value) for name, value in finding.arguments.items()})


def _printable(value: Argument) -> str:
    """A value that may come from a stranger's server, without control characters."""
    return "".join(sign if sign.isprintable() else "?" for sign in str(value).replace(";", ", "))


def lines_of(report: ZoneReport, least: Level = Level.NOTICE) -> list[str]:
    """A report as lines: what was found, the worst first, then what was not checked and why."""
    loud = [finding for finding in report.findings if finding.weight >= least]
    loud.sort(key=lambda finding: -finding.weight)
    told = [
        f"{one.weight.name:<8} {one.case:<14} {sentence_of(one)}{' (as declared)' if one.by_design else ''}"
        for one in loud
    ]
    skipped = [f"{'SKIPPED':<8} {case:<14} {why.reason}" for case, why in report.skipped.items()]
    return [*told, *skipped]
