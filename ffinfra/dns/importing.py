"""What of a zone found elsewhere goes into our master file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from ffinfra.dns.master_file import read_zone_text
from ffinfra.dns.model_records import ModelRecord
from ffinfra.dns.records import SOA, RRset, Zone, by_key, group_records, sort_rrsets
from ffinfra.dns.zone_text import is_content
from ffinfra.dns.zone_writing import master_file
from ffinfra.problems import OperationalError

REFRESH: Final = 14400
RETRY: Final = 3600
EXPIRE: Final = 1209600
MINIMUM: Final = 3600
"""Seconds; the timers of a zone whose source keeps no SOA, inside what RFC 1912 section 2.2 recommends."""


@dataclass(frozen=True, slots=True)
class Imported:
    """A zone to be written, and what a person should know of it.

    Attributes:
        zone: the zone.
        remarks: what was left out or made up, a sentence each.
    """

    zone: Zone
    remarks: tuple[str, ...]


def imported(
    origin: str, rrsets: Sequence[RRset], soa: SOA | None, made: Sequence[ModelRecord] = ()
) -> Imported:
    """A zone from what a source holds.

    Left out are what a signer makes, and RRsets that already follow from our model; where the model says
    something else, a remark names both.

    Args:
        origin: the zone's canonical name.
        rrsets: what the source holds; an SOA among them counts where ``soa`` is None.
        soa: the source's SOA.
        made: the records of the model in this zone.
    """
    remarks: list[str] = []
    model = by_key(group_records(one.record for one in made))
    kept: list[RRset] = []
    for rrset in rrsets:
        if rrset.type == "SOA" and rrset.owner == origin:
            soa = soa or SOA.from_value(rrset.values[0], rrset.ttl)
        elif not is_content(rrset.owner, rrset.type, origin):
            remarks.append(f"{rrset.key} is left out: a signer makes it")
        elif rrset.key in model:
            remarks.append(_of_model(rrset, model[rrset.key]))
        else:
            kept.append(rrset)
    if soa is None:
        soa = _made_up(origin, kept)
        remarks.append(f"the source keeps no SOA; it is made up: {soa.value}")
    return Imported(Zone(origin, soa, sort_rrsets(kept)), tuple(remarks))


def readable_text(zone: Zone, remark: str) -> str:
    """The master file of a zone, which was read back.

    Raises:
        OperationalError: it reads back as another zone.
    """
    text = master_file(zone, remark)
    if read_zone_text(text, zone.origin).zone != zone:
        raise OperationalError(
            f"{zone.origin} does not read back as it was", "Report this; nothing was written"
        )
    return text


def _of_model(found: RRset, declared: RRset) -> str:
    if found == declared:
        return f"{found.key} is left out: it follows from the model"
    return f"{found.key} is left out: the model says {declared}, the source {found}"


def _made_up(origin: str, rrsets: Sequence[RRset]) -> SOA:
    nameservers = [rrset.values[0] for rrset in rrsets if rrset.key == (origin, "NS")]
    return SOA(
        mname=nameservers[0] if nameservers else f"ns1.{origin}",
        rname=f"hostmaster.{origin}",
        serial=1,
        refresh=REFRESH,
        retry=RETRY,
        expire=EXPIRE,
        minimum=MINIMUM,
        ttl=MINIMUM,
    )
