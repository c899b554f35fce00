"""``freifunk:index:ZoneContent``: the content of one zone on our own primary, as one resource.

Inputs: ``zone`` (canonical name), ``content`` (canonical text, ``ffinfra.dns.zone_text``), ``soa`` (declared
fields of the SOA, never its serial; ``ffinfra.dns.soa_settings``), ``server`` ({address, port}) and ``tsig``
({name, algorithm, secret}; secret as a whole). Outputs: the inputs as served, and ``serial``.

What is written is guarded: see ``ffinfra.dns.wire.reconcile``. A zone that serves more than its seed (SOA and
NS) is only taken over where each record is as declared. Another zone name is a replacement; another server or
key is an update that first proves that the zone is there and as known, or a bare seed to be filled. A deleted
resource leaves the zone with SOA and NS. A zone is imported by the id ``zone@address`` or
``zone@address@port``, with its key in the environment variable FFINFRA_IMPORT_TSIG (algorithm:name:secret).

Limit: a refresh trusts the serial. A server that was set back to another content under the same serial is not
noticed.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import Any, Final

from ffinfra.dns.records import SOA, RRset
from ffinfra.dns.soa_settings import SoaSettings
from ffinfra.dns.wire.errors import NotServedError, ServerFailedError, SilentServerError
from ffinfra.dns.wire.query import read_soa
from ffinfra.dns.wire.reconcile import Wish, reconcile
from ffinfra.dns.wire.transfer import Known, Served, read_served, transfer_zone
from ffinfra.dns.zone_text import content_text
from ffinfra.provider.properties import UNKNOWN, Properties, contains_unknown
from ffinfra.provider.resource_type import Difference, Existing, PropertyChange, Refusal, ResourceType
from ffinfra.provider.zone_content_inputs import (
    INPUT_KEYS,
    SECRET_KEYS,
    ZoneInputs,
    import_key,
    input_refusals,
    parse_import_id,
    zone_inputs,
)

WAIT_FOR_SERVER: Final = 30.0
"""Seconds that a creation waits until the server answers for the zone, which it may just be loading."""

_POLL: Final = 0.25
_IMPORT: Final = (
    "These records are somebody's: import the zone (pulumi import freifunk:index:ZoneContent NAME "
    "ZONE@ADDRESS) and look at the next preview, or remove them there."
)


class ZoneContent(ResourceType):
    """The resource type."""

    token = "freifunk:index:ZoneContent"

    def check(self, inputs: Properties) -> Sequence[Refusal]:
        """Refuse what is not canonical, not of this zone, or too large for an update."""
        return input_refusals(inputs.values, with_content=True)

    def diff(self, state: Properties, inputs: Properties) -> Difference:
        """The zone's name replaces; everything else is changed in place."""
        changes: dict[str, PropertyChange] = {}
        for key in INPUT_KEYS:
            old, new = state.values.get(key), inputs.values.get(key)
            if old == new:
                continue
            if key == "zone":
                changes[key] = PropertyChange.UPDATE_REPLACE
            elif key in ("soa", "server") and not contains_unknown(new):
                changes |= _map_changes(key, old or {}, new or {})
            else:
                changes[key] = _change(old, new)
        return Difference(changes)

    def create(self, name: str, inputs: Properties, *, preview: bool) -> tuple[str, Properties]:
        """Wait for the zone, take over or fill it."""
        del name
        zone = inputs.values["zone"]
        if preview:
            return ("" if zone is UNKNOWN else zone), _outputs(inputs.values, UNKNOWN)
        wanted = zone_inputs(inputs.values)
        _wait_for_zone(wanted)
        served = read_served(wanted.server, wanted.zone, key=wanted.key)
        done = _fill(wanted, served)
        return wanted.zone, _outputs(inputs.values, done.soa.serial)

    def read(self, resource_id: str, state: Properties, inputs: Properties) -> Existing | None:
        """Ask for the serial; where it moved, fetch what is served.

        A zone that is gone is an error, not None: a server that lost its configuration or refuses us must not
        make the zone vanish from the state.
        """
        if not state.values:
            return _import(resource_id)
        known = zone_inputs(state.values)
        soa = read_soa(known.server, known.zone, key=known.key)
        text = known.text
        if soa.serial != state.values.get("serial"):
            served = read_served(known.server, known.zone, key=known.key, known=_known(known, state))
            soa, text = served.soa, content_text(served.content)
        found = {"content": text, "soa": known.soa.read_back(soa).mapping()}
        return Existing(
            id=resource_id,
            outputs=_outputs({**state.values, **found}, soa.serial),
            inputs=Properties({**inputs.values, **found}, inputs.secret_keys | SECRET_KEYS),
        )

    def update(self, resource_id: str, state: Properties, inputs: Properties, *, preview: bool) -> Properties:
        """Compare what is served with the state, then change it."""
        del resource_id
        if preview:
            content_moves = state.values.get("content") != inputs.values.get("content")
            soa_moves = state.values.get("soa") != inputs.values.get("soa")
            serial = UNKNOWN if content_moves or soa_moves else state.values.get("serial")
            return _outputs(inputs.values, serial)
        old, wanted = zone_inputs(state.values), zone_inputs(inputs.values)
        known = _known(old, state)
        moved = old.server != wanted.server
        served = read_served(wanted.server, wanted.zone, key=wanted.key, known=None if moved else known)
        if moved and _is_seed(served, wanted.zone):
            done = _fill(wanted, served)
        else:
            wish = Wish(known.content, old.soa, wanted.content(), wanted.soa)
            done = _reconcile(wanted, served, wish)
        return _outputs(inputs.values, done.soa.serial)

    def delete(self, resource_id: str, state: Properties) -> None:
        """Leave the zone with SOA and NS; a zone that the server no longer has is gone."""
        del resource_id
        old = zone_inputs(state.values)
        known = _known(old, state)
        try:
            served = read_served(old.server, old.zone, key=old.key, known=known)
        except NotServedError:
            return
        left = _apex_nameservers(served.content, old.zone)
        _reconcile(old, served, Wish(known.content, SoaSettings(), left, SoaSettings()))


def _fill(wanted: ZoneInputs, served: Served) -> Served:
    """Bring a zone that we have no memory of to what is wanted; only its NS records may be others."""
    seed = _apex_nameservers(served.content, wanted.zone)
    wish = Wish(seed, SoaSettings(), wanted.content(), wanted.soa, way_out=_IMPORT)
    return _reconcile(wanted, served, wish)


def _reconcile(inputs: ZoneInputs, served: Served, wish: Wish) -> Served:
    return reconcile(inputs.server, inputs.zone, served, wish, key=inputs.key, now=int(time.time()))


def _wait_for_zone(wanted: ZoneInputs) -> SOA:
    deadline = time.monotonic() + WAIT_FOR_SERVER
    while True:
        try:
            return read_soa(wanted.server, wanted.zone, key=wanted.key, timeout=0.5)
        except (NotServedError, SilentServerError, ServerFailedError):
            if time.monotonic() > deadline:
                raise
        time.sleep(_POLL)


def _import(resource_id: str) -> Existing:
    zone, server = parse_import_id(resource_id)
    key = import_key()
    served = transfer_zone(server, zone, key=key)
    values = {
        "zone": zone,
        "content": content_text(served.content),
        "soa": SoaSettings.of(served.soa).mapping(),
        "server": {"address": server.address, "port": server.port},
        "tsig": {"name": key.name, "algorithm": key.algorithm, "secret": key.secret},
    }
    return Existing(zone, _outputs(values, served.soa.serial), Properties(values, SECRET_KEYS))


def _known(inputs: ZoneInputs, state: Properties) -> Known:
    return Known(int(state.values["serial"]), inputs.content())


def _apex_nameservers(content: tuple[RRset, ...], zone: str) -> tuple[RRset, ...]:
    return tuple(rrset for rrset in content if rrset.key == (zone, "NS"))


def _is_seed(served: Served, zone: str) -> bool:
    return served.content == _apex_nameservers(served.content, zone)


def _outputs(values: Mapping[str, Any], serial: object) -> Properties:
    kept = {key: values[key] for key in INPUT_KEYS if key in values}
    return Properties({**kept, "serial": serial}, SECRET_KEYS & frozenset(kept))


def _change(old: object, new: object) -> PropertyChange:
    if old is None:
        return PropertyChange.ADD
    return PropertyChange.DELETE if new is None else PropertyChange.UPDATE


def _map_changes(name: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, PropertyChange]:
    return {
        f"{name}.{key}": _change(old.get(key), new.get(key))
        for key in sorted({*old, *new})
        if old.get(key) != new.get(key)
    }
