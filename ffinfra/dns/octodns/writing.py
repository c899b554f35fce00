"""RRsets to an octoDNS zone file."""

from __future__ import annotations

import yaml

from ffinfra.dns.names import relative
from ffinfra.dns.octodns.values import value_of
from ffinfra.dns.records import RRset, Zone
from ffinfra.problems import InvalidInputError, Place, Problem


def octodns_text(zone: Zone) -> str:
    """The zone as YAML; the SOA is left out, octoDNS leaves it to the provider.

    Raises:
        InvalidInputError: with every record that octoDNS cannot hold.
    """
    names: dict[str, list[dict[str, object]]] = {}
    problems: list[Problem] = []
    for rrset in zone.rrsets:
        name = relative(rrset.owner, zone.origin)
        try:
            names.setdefault("" if name == "@" else name, []).append(_record(rrset))
        except ValueError as error:
            what = f"{rrset.key} cannot be written: {error}"
            problems.append(
                Problem(place=Place(zone.origin), what=what, way_out="Export it as a master file (bind)")
            )
    if problems:
        raise InvalidInputError(problems)
    document = {name: records[0] if len(records) == 1 else records for name, records in sorted(names.items())}
    return "---\n" + yaml.safe_dump(document, sort_keys=False, allow_unicode=True, width=10_000)


def _record(rrset: RRset) -> dict[str, object]:
    values = [value_of(rrset.type, value) for value in rrset.values]
    held: dict[str, object] = {"value": values[0]} if len(values) == 1 else {"values": values}
    return {"ttl": rrset.ttl, "type": rrset.type, **held}
