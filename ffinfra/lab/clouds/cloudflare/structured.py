"""Record types that come in parts, as ``data``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ffinfra.lab.clouds.cloudflare.errors import invalid_record

DataValue = int | str


@dataclass(frozen=True, slots=True)
class Parts:
    """The parts of a type.

    Attributes:
        type: the record type.
        order: the fields in the order of the master file; numbers are integers, the rest text.
        numbers: which of them are numbers.
        names: which are host names, shown without a dot at their end.
        quoted: which are quoted in content and master file.
        hidden: fields that the content leaves out (SRV's priority).
    """

    type: str
    order: tuple[str, ...]
    numbers: frozenset[str]
    names: frozenset[str] = frozenset()
    quoted: frozenset[str] = frozenset()
    hidden: frozenset[str] = frozenset()

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
            elif field not in self.numbers and isinstance(value, str):
                kept[field] = _name(value) if field in self.names else value
            else:
                kind = "number" if field in self.numbers else "text"
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
            return f'"{data[field]}"'
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


STRUCTURED: Mapping[str, Parts] = {
    "CAA": _parts("CAA", "flags tag value", "flags", quoted=frozenset({"value"})),
    "DS": _parts("DS", "key_tag algorithm digest_type digest", "key_tag algorithm digest_type"),
    "HTTPS": _parts("HTTPS", "priority target value", "priority", names=frozenset({"target"})),
    "SRV": _parts(
        "SRV",
        "priority weight port target",
        "priority weight port",
        names=frozenset({"target"}),
        hidden=frozenset({"priority"}),
    ),
    "SSHFP": _parts("SSHFP", "algorithm type fingerprint", "algorithm type"),
    "SVCB": _parts("SVCB", "priority target value", "priority", names=frozenset({"target"})),
    "TLSA": _parts("TLSA", "usage selector matching_type certificate", "usage selector matching_type"),
}
