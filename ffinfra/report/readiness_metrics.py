"""Readiness as a textfile for Prometheus' node exporter."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from ffinfra.dns.readiness.estimates import worst
from ffinfra.dns.readiness.judging import ZoneReadiness


def readiness_metrics(found: Sequence[ZoneReadiness], at: float) -> str:
    """The text exposition format, version 0.0.4 (prometheus.io/docs/instrumenting/exposition_formats).

    Args:
        found: the zones.
        at: when they were asked, seconds since 1970; an alarm on its age finds a probe that has died.
    """
    return (
        "\n".join([*_lines(found), *_gauge("ffinfra_dns_probe_time_seconds", "End of the probe", {"": at})])
        + "\n"
    )


def write_textfile(file: Path, text: str) -> None:
    """Replace a file as a whole: the exporter reads the old one or the new one."""
    beside = file.with_name(f".{file.name}.new")
    beside.write_text(text, "utf-8")
    beside.replace(file)


def _lines(found: Sequence[ZoneReadiness]) -> Iterator[str]:
    ready = {_labels(zone=one.zone, target=one.target): float(one.ready) for one in found}
    yield from _gauge("ffinfra_dns_ready", "Whether the zone can be switched now", ready)
    reasons = Counter(
        _labels(zone=one.zone, target=one.target, reason=reason.id) for one in found for reason in one.reasons
    )
    counted = {labels: float(count) for labels, count in reasons.items()}
    yield from _gauge(
        "ffinfra_dns_not_ready_reasons", "What speaks against it; out-of-sync is a drift", counted
    )
    seconds = {_labels(zone=one.zone, target=one.target): float(worst(one.estimates)) for one in found}
    yield from _gauge("ffinfra_dns_switch_seconds", "The worst case until resolvers have followed", seconds)


def _gauge(name: str, text: str, values: dict[str, float]) -> Iterable[str]:
    yield f"# HELP {name} {text}"
    yield f"# TYPE {name} gauge"
    for labels, value in values.items():
        yield f"{name}{labels} {value:.0f}"


def _labels(**labels: str) -> str:
    """Names of zones need no escapes beyond the backslash of a DNS escape."""
    pairs = (f'{name}="{value}"' for name, value in ((k, v.replace("\\", "\\\\")) for k, v in labels.items()))
    return "{" + ",".join(pairs) + "}"
