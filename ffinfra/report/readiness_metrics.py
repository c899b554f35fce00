"""Readiness as a textfile for Prometheus' node exporter."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from ffinfra.dns.readiness.estimates import worst
from ffinfra.dns.readiness.judging import ZoneReadiness
from ffinfra.report.prometheus import gauge, labels


def readiness_metrics(found: Sequence[ZoneReadiness], lives: Mapping[str, int], at: float) -> str:
    """The text for Prometheus.

    Args:
        found: the zones.
        lives: zone -> how long its secondaries answer without their primary at least, seconds, where it is known.
        at: when they were asked, seconds since 1970; an alarm on its age finds a probe that has died.
    """
    expiry = {labels(zone=zone): float(seconds) for zone, seconds in lives.items()}
    lines = [
        *_lines(found),
        *gauge("ffinfra_dns_expiry_seconds", "Secondaries answer without their primary at least", expiry),
        *gauge("ffinfra_dns_probe_time_seconds", "End of the probe", {"": at}),
    ]
    return "\n".join(lines) + "\n"


def _lines(found: Sequence[ZoneReadiness]) -> Iterator[str]:
    ready = {labels(zone=one.zone, target=one.target): float(one.ready) for one in found}
    yield from gauge("ffinfra_dns_ready", "Whether the zone can be switched now", ready)
    reasons = Counter(
        labels(zone=one.zone, target=one.target, reason=reason.id) for one in found for reason in one.reasons
    )
    counted = {written: float(count) for written, count in reasons.items()}
    yield from gauge(
        "ffinfra_dns_not_ready_reasons", "What speaks against it; out-of-sync is a drift", counted
    )
    seconds = {labels(zone=one.zone, target=one.target): float(worst(one.estimates)) for one in found}
    yield from gauge("ffinfra_dns_switch_seconds", "The worst case until resolvers have followed", seconds)
