"""Readiness as a textfile for Prometheus' node exporter."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence

from ffinfra.dns.readiness.verdict import Reason, ZoneReadiness
from ffinfra.report.prometheus import gauge, labels


def readiness_metrics(found: Sequence[ZoneReadiness], at: float) -> str:
    """The text for Prometheus.

    Args:
        found: the zones.
        at: when they were asked, seconds since 1970; an alarm on its age finds a probe that has died.
    """
    lines = [*_lines(found), *gauge("ffinfra_dns_probe_time_seconds", "End of the probe", {"": at})]
    return "\n".join(lines) + "\n"


def _lines(found: Sequence[ZoneReadiness]) -> Iterator[str]:
    ready = _by_zone(found, lambda one: float(one.ready))
    yield from gauge("ffinfra_dns_ready", "Whether the zone can be switched now", ready)
    reasons = _counted(found, "reason", lambda one: one.reasons)
    yield from gauge("ffinfra_dns_not_ready_reasons", "What speaks against it", reasons)
    remarks = _counted(found, "remark", lambda one: one.remarks)
    yield from gauge("ffinfra_dns_remarks", "What is wrong beside", remarks)
    seconds = _by_zone(found, lambda one: float(one.eta))
    yield from gauge("ffinfra_dns_switch_seconds", "The worst case until resolvers have followed", seconds)
    expiry = _by_zone(found, lambda one: one.expiry)
    yield from gauge(
        "ffinfra_dns_expiry_seconds", "Secondaries answer without their primary at least", expiry
    )
    signatures = _by_zone(found, lambda one: one.signatures)
    yield from gauge("ffinfra_dns_signature_seconds", "The first signature ends in", signatures)
    serials = {
        labels(zone=one.zone, server=server): float(serial)
        for one in found
        for server, serial in sorted(one.serials.items())
    }
    yield from gauge("ffinfra_dns_serial", "SOA serial; servers that differ have drifted", serials)


def _by_zone(
    found: Sequence[ZoneReadiness], value: Callable[[ZoneReadiness], float | None]
) -> dict[str, float]:
    values = {labels(zone=one.zone, target=one.target): value(one) for one in found}
    return {written: float(seconds) for written, seconds in values.items() if seconds is not None}


def _counted(
    found: Sequence[ZoneReadiness], name: str, reasons: Callable[[ZoneReadiness], Sequence[Reason]]
) -> dict[str, float]:
    counted = Counter(
        labels(zone=one.zone, target=one.target, **{name: reason.id})
        for one in found
        for reason in reasons(one)
    )
    return {written: float(count) for written, count in counted.items()}
