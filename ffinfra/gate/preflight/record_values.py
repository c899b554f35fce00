"""Whether record values are in the form that the provider's API keeps.

An API refuses an unquoted TXT and rewrites other forms, which then differ at every later preview.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from ffinfra.dns.backends.cloudflare import cloudflare_record
from ffinfra.dns.backends.cloudflare_reading import cloudflare_rrset
from ffinfra.dns.values import canonical_value
from ffinfra.gate.carried_records import CLOUDFLARE_RECORD_TYPE, HETZNER_RRSET_TYPE
from ffinfra.gate.changes import Change
from ffinfra.gate.digest import why_hidden
from ffinfra.gate.rules.rule import Hit

Inputs = Mapping[str, Any]


def not_canonical(change: Change) -> Iterator[Hit]:
    """Values of records that are none, not in canonical form, or that cannot be judged."""
    judge = _JUDGES.get(change.type)
    if judge is None or change.new_inputs is None:
        return
    hidden = {name: why_hidden(change.new_inputs.get(name)) for name in _LOOKED_AT[change.type]}
    for name, why in hidden.items():
        if why:
            yield Hit(f"{change.name}: {name} is {why}, so the record cannot be judged", [change.urn])
    if not any(hidden.values()):
        yield from judge(change, change.new_inputs)


def _hetzner(change: Change, inputs: Inputs) -> Iterator[Hit]:
    rdtype, records = str(inputs.get("type")), inputs.get("records")
    for record in records if isinstance(records, list) else ():
        value = record.get("value") if isinstance(record, Mapping) else None
        yield from _text(change, rdtype, str(value))


def _text(change: Change, rdtype: str, value: str) -> Iterator[Hit]:
    try:
        canonical = canonical_value(rdtype, value)
    except ValueError as error:
        yield Hit(f"{change.name}: {value!r} is no {rdtype} value: {error}", [change.urn])
        return
    if canonical != value:
        yield _rewritten(change, value, canonical)


def _cloudflare(change: Change, inputs: Inputs) -> Iterator[Hit]:
    try:
        rrset = cloudflare_rrset(inputs)
        wanted = cloudflare_record(rrset, rrset.values[0])
    except (ValueError, TypeError) as error:
        yield Hit(f"{change.name}: this is no {inputs.get('type')} record: {error}", [change.urn])
        return
    if wanted.data is not None and isinstance(inputs.get("data"), Mapping):
        given, canonical = _parts(inputs["data"]), _parts(wanted.data)
        for part in sorted(canonical.keys() & given.keys()):
            if given[part] != canonical[part]:
                yield _rewritten(change, str(given[part]), str(canonical[part]))
    elif wanted.content != inputs.get("content"):
        yield _rewritten(change, str(inputs.get("content")), str(wanted.content))


def _parts(data: Inputs) -> dict[str, str]:
    """Parts by name, whatever its spelling; the engine hands numbers over as floats."""
    return {
        name.replace("_", "").lower(): str(
            int(part) if isinstance(part, float) and part.is_integer() else part
        )
        for name, part in data.items()
        if part is not None
    }


def _rewritten(change: Change, value: str, canonical: str) -> Hit:
    return Hit(
        f"{change.name}: {value!r} is not in canonical form",
        [change.urn],
        f"Write {canonical!r}; the API rewrites anything else and every preview would show a change",
    )


_JUDGES: Final[Mapping[str, Callable[[Change, Inputs], Iterator[Hit]]]] = {
    HETZNER_RRSET_TYPE: _hetzner,
    CLOUDFLARE_RECORD_TYPE: _cloudflare,
}
_LOOKED_AT: Final = {
    HETZNER_RRSET_TYPE: ("zone", "name", "type", "records"),
    CLOUDFLARE_RECORD_TYPE: ("zoneId", "name", "type", "content", "data", "priority"),
}
