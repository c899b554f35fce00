"""The objects of one kind."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Generic, Protocol, TypeVar

from ffinfra.lab.clouds.hetzner.errors import not_found, uniqueness_error


class Stored(Protocol):
    """What every stored object has."""

    @property
    def id(self) -> int:
        """Its number, unique among all kinds."""

    @property
    def name(self) -> str:
        """Its name, unique within its kind."""

    @property
    def labels(self) -> Mapping[str, str]:
        """Its labels."""

    @property
    def created(self) -> str:
        """When it was made, RFC 3339."""


StoredT = TypeVar("StoredT", bound=Stored)


class Table(Generic[StoredT]):
    """The objects of one kind, by number, oldest first."""

    def __init__(self, kind: str, objects: Mapping[int, StoredT] | None = None) -> None:
        self.kind = kind
        self._objects = dict(objects or {})

    def __iter__(self) -> Iterator[StoredT]:
        return iter(list(self._objects.values()))

    def __contains__(self, number: int) -> bool:
        return number in self._objects

    def get(self, number: int | str) -> StoredT:
        """The object with this number.

        Raises:
            HetznerError: there is none.
        """
        found = self._objects.get(int(number)) if str(number).isdigit() else None
        if found is None:
            raise not_found(self.kind, number)
        return found

    def find(self, id_or_name: int | str) -> StoredT | None:
        """The object with this number or, if there is none, this name."""
        text = str(id_or_name)
        found = self._objects.get(int(text)) if text.isdigit() else None
        return found or next((item for item in self._objects.values() if item.name == text), None)

    def put(self, item: StoredT) -> StoredT:
        """Store an object, new or changed."""
        self._objects[item.id] = item
        return item

    def drop(self, number: int) -> None:
        """Remove an object."""
        self._objects.pop(number, None)

    def check_name_is_free(self, name: str, *, except_for: int | None = None) -> None:
        """Refuse a name that another object has.

        Raises:
            HetznerError: ``uniqueness_error``.
        """
        if any(item.name == name and item.id != except_for for item in self._objects.values()):
            raise uniqueness_error(self.kind, "name")
