"""Which findings follow from the declarations: the sides of a zone that differ by design, at rest and in mode mixed.

The apex of our own copy names all declared nameservers while the parent names those of the mode; a provider that is
written by its API has its own apex NS set, serial and primary.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from ffinfra.dns.check.findings import CaseReport, Finding, ZoneReport
from ffinfra.dns.delegation.declarations import DelegatedZone, Delegations
from ffinfra.dns.delegation.servers import NameserverAddress


@dataclass(frozen=True, slots=True)
class Design:
    """Who serves a zone by declaration; names in lower case without the final dot.

    Attributes:
        primary: the nameservers at rest.
        fallback: those that keep it warm.
        shares_source: whether these have it from the nameservers at rest, so that serials and SOA are one.
    """

    primary: frozenset[str]
    fallback: frozenset[str]
    shares_source: bool

    @property
    def all(self) -> frozenset[str]:
        """Every declared nameserver."""
        return self.primary | self.fallback


def design_of(delegations: Delegations, zone: DelegatedZone) -> Design:
    """The design of a zone of ours."""
    return Design(
        _names(delegations.primary_servers(zone)),
        _names(delegations.fallback_servers(zone)),
        delegations.shares_source(zone),
    )


def as_declared(report: ZoneReport, design: Design) -> ZoneReport:
    """The report with the findings marked that the design explains; nothing is left out."""
    return replace(report, cases=tuple(_marked(case, design) for case in report.cases))


def _marked(case: CaseReport, design: Design) -> CaseReport:
    explained = _explained(case, design)
    findings = (replace(one, by_design=True) if one.tag in explained else one for one in case.findings)
    return replace(case, findings=tuple(findings))


def _explained(case: CaseReport, design: Design) -> frozenset[str]:
    """The tags of a case that the design explains."""
    match case.case:
        case "delegation07":
            extra = _listed(case, "EXTRA_NAME_CHILD", "extra")
            return frozenset({"EXTRA_NAME_CHILD"} if all(one <= design.all for one in extra) else ())
        case "consistency04":
            within = all(one <= design.all for one in _listed(case, "NS_SET", "nsname_list"))
            alike = _alike(_listed(case, "NS_SET", "servers"), design)
            return frozenset({"MULTIPLE_NS_SET"} if within and alike else ())
        case "consistency01":
            alike = not design.shares_source and _alike(_listed(case, "SOA_SERIAL", "ns_list"), design)
            return frozenset({"MULTIPLE_SOA_SERIALS", "SOA_SERIAL_VARIATION"} if alike else ())
        case "consistency06":
            alike = not design.shares_source and _alike(_listed(case, "SOA_MNAME", "ns_list"), design)
            return frozenset({"MULTIPLE_SOA_MNAMES"} if alike else ())
        case _:
            return frozenset()


def _alike(groups: Sequence[frozenset[str]], design: Design) -> bool:
    """Whether nameservers that differ are of different sides: each side agrees in itself, and nobody else answers."""
    sides = [sum(bool(group & side) for group in groups) for side in (design.primary, design.fallback)]
    return max(sides) <= 1 and all(group <= design.all for group in groups)


def _listed(case: CaseReport, tag: str, argument: str) -> list[frozenset[str]]:
    """The names in an argument of each finding with a tag; of nameservers with addresses, the names."""
    return [_split(one, argument) for one in case.findings if one.tag == tag]


def _split(finding: Finding, argument: str) -> frozenset[str]:
    parts = str(finding.arguments[argument]).split(";")
    return frozenset(part.partition("/")[0].lower() for part in parts)


def _names(servers: Iterable[NameserverAddress]) -> frozenset[str]:
    return frozenset(server.name for server in servers)
