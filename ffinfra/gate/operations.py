"""What the engine does to a resource; the words are those of its digest and event log."""

from __future__ import annotations

from enum import StrEnum


class Operation(StrEnum):
    """An operation of the engine (pulumi/pkg, resource/deploy, step operations). There is no default."""

    SAME = "same"
    CREATE = "create"
    UPDATE = "update"
    DELETE = "delete"
    REPLACE = "replace"
    CREATE_REPLACEMENT = "create-replacement"
    DELETE_REPLACED = "delete-replaced"
    READ = "read"
    READ_REPLACEMENT = "read-replacement"
    READ_DISCARD = "discard"
    DISCARD_REPLACED = "discard-replaced"
    REFRESH = "refresh"
    REMOVE_PENDING_REPLACE = "remove-pending-replace"
    IMPORT = "import"
    IMPORT_REPLACEMENT = "import-replacement"

    @property
    def changes_something(self) -> bool:
        """Whether the real thing or its record in the state is made, changed or removed."""
        return self not in _LOOKING

    @property
    def removes(self) -> bool:
        """Whether the thing that exists is removed."""
        return self in _REMOVING

    @property
    def replaces(self) -> bool:
        """Whether this is a part of a replacement."""
        return self in _REPLACING


_BY_WORD = {operation.value: operation for operation in Operation}
_LOOKING = frozenset(
    {
        Operation.SAME,
        Operation.READ,
        Operation.READ_REPLACEMENT,
        Operation.READ_DISCARD,
        Operation.DISCARD_REPLACED,
        Operation.REFRESH,
    }
)
_REMOVING = frozenset({Operation.DELETE, Operation.DELETE_REPLACED, Operation.REPLACE})
_REPLACING = frozenset(
    {
        Operation.REPLACE,
        Operation.CREATE_REPLACEMENT,
        Operation.DELETE_REPLACED,
        Operation.IMPORT_REPLACEMENT,
    }
)


def operation_of(word: str) -> Operation | None:
    """The operation of a word, or None for one that is not known, which the gate blocks."""
    return _BY_WORD.get(word)
