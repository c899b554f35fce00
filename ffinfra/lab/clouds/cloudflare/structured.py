"""Record types that come in parts, as ``data``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ffinfra.lab.clouds.cloudflare.errors import invalid_record

DataValue = int | float | str


@dataclass(frozen=True, slots=True)
class Parts:
    """The parts of a type.

    Attributes:
        type: the record type.
        order: the fields in the order of the master file; what is no number is text.
        numbers: which of them are whole numbers.
        decimals: which of them are numbers that may have a fraction.
        names: which are host names, shown without a dot at their end.
        quoted: which are quoted in content and master file.
        hidden: fields that the content leaves out (SRV's priority).
        beside: fields that stand beside the data (URI's priority).
    """

    type: str
    order: tuple[str, ...]
    numbers: frozenset[str]
    decimals: frozenset[str] = frozenset()
    names: frozenset[str] = frozenset()
    quoted: frozenset[str] = frozenset()
    hidden: frozenset[str] = frozenset()
    beside: frozenset[str] = frozenset()

    def checked(self, data: Mapping[str, object]) -> dict[str, DataValue]:
        """The fields, each of its kind; names in lower case.

        Raises:
            CloudflareError: one is missing or of another kind.
        """
        kept: dict[str, DataValue] = {}
        for field in self.order:
            value = data.get(field)
            if field in self.numbers and (number := _whole(value)) is not None:
                kept[field] = number
            elif field in self.decimals and isinstance(value, int | float):
                kept[field] = value
            elif field not in self.numbers | self.decimals and isinstance(value, str):
                kept[field] = _name(value) if field in self.names else value
            else:
                kind = "number" if field in self.numbers | self.decimals else "text"
                raise invalid_record(f"data.{field} is a required field of {self.type}: a {kind}.", 9101)
        return kept

    def text(self, data: Mapping[str, DataValue]) -> str:
        """The content that the API shows."""
        return " ".join(self._shown(field, data) for field in self.order if field not in self.hidden)

    def value(self, data: Mapping[str, DataValue]) -> str:
        """The value in a master file."""
        return " ".join(self._served(field, data) for field in self.order)

    def _shown(self, field: str, data: Mapping[str, DataValue]) -> str:
        if field in self.quoted:
            escaped = str(data[field]).replace("\\", "\\\\").replace('"', '\\"')
            return f'"{escaped}"'
        return str(data[field])

    def _served(self, field: str, data: Mapping[str, DataValue]) -> str:
        if field in self.names and data[field] != ".":
            return f"{data[field]}."
        return self._shown(field, data)


def _whole(value: object) -> int | None:
    """A whole number; the plugin may send one as a float or, for CAA flags, as text."""
    if isinstance(value, str) and value.isdigit():
        return int(value)
    return int(value) if isinstance(value, int | float) and float(value).is_integer() else None


def _name(text: str) -> str:
    """A host name without the dot at its end; the root stays a dot."""
    return text.lower().removesuffix(".") or "."


def _parts(record_type: str, order: str, numbers: str, **more: frozenset[str]) -> Parts:
    return Parts(record_type, tuple(order.split()), frozenset(numbers.split()), **more)


_CERTIFICATE = ("usage selector matching_type certificate", "usage selector matching_type")
_ANGLES = ("lat_degrees lat_minutes long_degrees long_minutes", "lat_seconds long_seconds")
_PLACE = (
    "lat_degrees lat_minutes lat_seconds lat_direction long_degrees long_minutes long_seconds long_direction"
)
_METRES = "altitude size precision_horz precision_vert"
STRUCTURED: Mapping[str, Parts] = {
    "CAA": _parts("CAA", "flags tag value", "flags", quoted=frozenset({"value"})),
    "CERT": _parts("CERT", "type key_tag algorithm certificate", "type key_tag algorithm"),
    "DNSKEY": _parts("DNSKEY", "flags protocol algorithm public_key", "flags protocol algorithm"),
    "DS": _parts("DS", "key_tag algorithm digest_type digest", "key_tag algorithm digest_type"),
    "HTTPS": _parts("HTTPS", "priority target value", "priority", names=frozenset({"target"})),
    "LOC": _parts(
        "LOC", f"{_PLACE} {_METRES}", _ANGLES[0], decimals=frozenset(f"{_ANGLES[1]} {_METRES}".split())
    ),
    "NAPTR": _parts(
        "NAPTR",
        "order preference flags service regex replacement",
        "order preference",
        names=frozenset({"replacement"}),
        quoted=frozenset({"flags", "service", "regex"}),
    ),
    "SMIMEA": _parts("SMIMEA", *_CERTIFICATE),
    "SRV": _parts(
        "SRV",
        "priority weight port target",
        "priority weight port",
        names=frozenset({"target"}),
        hidden=frozenset({"priority"}),
    ),
    "SSHFP": _parts("SSHFP", "algorithm type fingerprint", "algorithm type"),
    "SVCB": _parts("SVCB", "priority target value", "priority", names=frozenset({"target"})),
    "TLSA": _parts("TLSA", *_CERTIFICATE),
    "URI": _parts(
        "URI",
        "priority weight target",
        "priority weight",
        quoted=frozenset({"target"}),
        hidden=frozenset({"priority"}),
        beside=frozenset({"priority"}),
    ),
}
