"""Which fields of a zone's SOA are declared; the others, and always the serial, are left to the server."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Final

from ffinfra.dns.names import canonical_name
from ffinfra.dns.records import SOA
from ffinfra.dns.values import MAXIMUM_TTL

NAMES: Final = frozenset({"mname", "rname"})


@dataclass(frozen=True, slots=True, kw_only=True)
class SoaSettings:
    """The declared fields of an SOA; None is "left as it is". Times are seconds; see ``records.SOA``."""

    mname: str | None = None
    rname: str | None = None
    refresh: int | None = None
    retry: int | None = None
    expire: int | None = None
    minimum: int | None = None
    ttl: int | None = None

    @classmethod
    def from_mapping(cls, values: Mapping[str, object]) -> SoaSettings:
        """From plain values as the engine hands them over.

        Raises:
            ValueError: names the key and says what is wrong with it.
        """
        known = [field.name for field in fields(cls)]
        made: dict[str, str | int] = {}
        for key, value in values.items():
            if key not in known:
                raise ValueError(f"{key} is not a field that can be set; known are {', '.join(known)}")
            if value is not None:
                made[key] = _name(key, value) if key in NAMES else _seconds(key, value)
        return cls(**made)  # type: ignore[arg-type]

    @classmethod
    def of(cls, soa: SOA) -> SoaSettings:
        """All fields as an SOA has them."""
        return cls(**{field.name: getattr(soa, field.name) for field in fields(cls)})

    def mapping(self) -> dict[str, str | int]:
        """The declared fields as plain values."""
        values = {field.name: getattr(self, field.name) for field in fields(self)}
        return {key: value for key, value in values.items() if value is not None}

    def applied_to(self, soa: SOA) -> SOA:
        """An SOA with the declared fields in it."""
        return replace(soa, **self.mapping())  # type: ignore[arg-type]

    def read_back(self, soa: SOA) -> SoaSettings:
        """The same fields with the values that an SOA has."""
        return SoaSettings(**{key: getattr(soa, key) for key in self.mapping()})


def _name(key: str, value: object) -> str:
    if not isinstance(value, str):
        raise ValueError(f"{key} is not a name")
    try:
        name = canonical_name(value)
    except ValueError as error:
        raise ValueError(f"{key}: {error}") from None
    if name != value:
        raise ValueError(f"{key}: {value} is not canonical, it would be {name}")
    return name


def _seconds(key: str, value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= MAXIMUM_TTL:
        raise ValueError(f"{key} is not a number of seconds from 0 to {MAXIMUM_TTL}")
    return value
