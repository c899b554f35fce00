"""The report of a rehearsal: one page that needs nothing beside it."""

from __future__ import annotations

from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, StrictUndefined

from ffinfra.gate.findings import Severity
from ffinfra.network.catalogue import hcloud_catalogue
from ffinfra.network.failure_domains import failure_domains
from ffinfra.network.hosts import CloudSlice
from ffinfra.report.plain import plain
from ffinfra.report.steps_shown import without_parts
from ffinfra.stack import Declarations

if TYPE_CHECKING:
    from ffinfra.lab.rehearsal.gated import Passage
    from ffinfra.lab.rehearsal.result import LabRunForm
    from ffinfra.lab.rehearsal.steps import Rehearsal


def write_report(path: Path, form: LabRunForm, rehearsal: Rehearsal) -> None:
    """Write the page."""
    path.write_text(render_report(form, rehearsal.declarations, rehearsal.passages), "utf-8")


def render_report(form: LabRunForm, declarations: Declarations, passages: list[Passage]) -> str:
    """The page as HTML; everything that comes from outside is escaped."""
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters["plain"] = plain
    source = resources.files("ffinfra.report").joinpath("templates", "lab_run.html.j2").read_text("utf-8")
    return environment.from_string(source).render(
        run=form,
        network=declarations.network,
        delegations=declarations.delegations,
        zones=declarations.zones,
        hosts=_hosts(declarations),
        nameservers=_nameservers(declarations),
        passages=[_passage(one) for one in passages if one.previews],
    )


def _hosts(declarations: Declarations) -> list[dict[str, Any]]:
    network = declarations.network
    rows = []
    for host in network.hosts:
        guests = list(network.guests_of(host.name))
        if isinstance(host, CloudSlice):
            catalogue = hcloud_catalogue()
            price = catalogue.server_types[host.server_type].price + catalogue.primary_ipv4_price
            what, cost = f"{host.server_type} at {host.region}", price * len(guests)
        else:
            what, cost = f"dedicated, {host.cores} cores, {host.memory} GiB", host.monthly_cost
        rows.append(
            {
                "name": host.name,
                "what": what,
                "hoster": host.location.hoster,
                "site": host.location.site,
                "kernel": f"{host.kernel.package} from {host.kernel.source}",
                "guests": ", ".join(guest.name for guest in guests),
                "cost": cost,
            }
        )
    return rows


def _nameservers(declarations: Declarations) -> list[dict[str, Any]]:
    network = declarations.network
    return [
        {
            "fqdn": server.fqdn,
            "role": server.role.value,
            "addresses": ", ".join(str(one) for one in (server.ipv4, server.ipv6) if one is not None),
            "domains": ", ".join(sorted(str(domain) for domain in failure_domains(network, server))),
        }
        for server in network.nameservers
    ]


def _passage(passage: Passage) -> dict[str, Any]:
    preview = passage.previews[0]
    changes = without_parts(preview.changes.told)
    return {
        "title": passage.title,
        "count": len(changes),
        "changes": [f"{change.operation} {change.name} ({change.type})" for change in changes],
        "zones": [
            {
                "zone": zone.zone,
                "carrier": zone.carrier.value,
                "lines": zone.differences.text().splitlines(),
            }
            for zone in preview.context.dns.zones
        ],
        "findings": [
            {
                "severity": finding.severity.value,
                "blocks": finding.severity is Severity.BLOCK,
                "rule": finding.rule,
                "reason": finding.reason,
                "way_out": finding.way_out,
            }
            for finding in preview.verdict.findings
        ],
    }
