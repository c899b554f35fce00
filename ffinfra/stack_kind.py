"""What a stack holds."""

from __future__ import annotations

from enum import StrEnum


class StackKind(StrEnum):
    """Which part of the network a stack holds."""

    PROD = "prod"
    FAILOVER = "failover"
