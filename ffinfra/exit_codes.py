"""The exit codes of every command; other tools rely on them (docs/EXIT_CODES.md)."""

from enum import IntEnum


class ExitCode(IntEnum):
    """What a command's exit code means. Where several apply, the first of 2, 1, 3, 4 is used."""

    OK = 0
    FAILED = 1
    BAD_INPUT = 2
    FINDING = 3
    APPROVAL_MISSING = 4
    INTERRUPTED = 130
