"""What a person sets of a delegation: whom the parent names, and whether it has the DS."""

from __future__ import annotations

from enum import StrEnum


class Mode(StrEnum):
    """Which nameservers the parent names."""

    PRIMARY = "primary"
    """Those of the zone at rest, such as our own."""
    MIXED = "mixed"
    """Both."""
    FALLBACK = "fallback"
    """The fallback's alone."""


class Trust(StrEnum):
    """Whether the parent has the DS of zones that the fallback cannot answer with signatures.

    Zones whose fallback keeps the signatures have their DS in the parent all the time.
    """

    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"
