"""How long a switch takes until a resolver asks the new nameservers, by the way it caches."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

RECHECK_SECONDS: Final = 30
"""How often a resolver that serves stale data tries again (RFC 8767 section 5, failure recheck timer)."""

FAILURE_SECONDS: Final = 300
"""The longest that a failed resolution may be remembered (RFC 9520 section 3.2)."""


class ResolverClass(StrEnum):
    """Whose TTL a resolver believes, and what it does when all nameservers fail."""

    PARENT_CENTRIC = "parent-centric"
    CHILD_CENTRIC = "child-centric"
    LONGER_OF_BOTH = "longer of both"
    SERVE_STALE = "serve-stale"
    FAILURE_CACHING = "failure-caching"


@dataclass(frozen=True, slots=True)
class Estimate:
    """The worst case of one class.

    Attributes:
        resolver: the class.
        seconds: until it asks the new nameservers, from the moment that the parent answers anew.
        source: where the rule is from.
    """

    resolver: ResolverClass
    seconds: int
    source: str


def estimates(parent_ttl: int, child_ttl: int) -> tuple[Estimate, ...]:
    """The worst case of each class; names that a resolver has cached go on being answered meanwhile.

    Args:
        parent_ttl: of the NS RRset in the parent before the switch, seconds.
        child_ttl: of the zone's own NS RRset, seconds. It counts once: the nameservers that fail cannot
            renew it. While they still answer, a child-centric resolver may keep to them; then both answer.
    """
    longer = max(parent_ttl, child_ttl)
    return (
        Estimate(ResolverClass.PARENT_CENTRIC, parent_ttl, "RFC 1034 section 4.2.1: the referral's TTL"),
        Estimate(
            ResolverClass.CHILD_CENTRIC, child_ttl, "RFC 2181 section 5.4.1: the child's NS ranks higher"
        ),
        Estimate(ResolverClass.LONGER_OF_BOTH, longer, "RFC 9199 section 3.3: parent and child TTL differ"),
        Estimate(
            ResolverClass.SERVE_STALE, longer + RECHECK_SECONDS, "RFC 8767 section 5: recheck after 30 s"
        ),
        Estimate(
            ResolverClass.FAILURE_CACHING,
            longer + FAILURE_SECONDS,
            "RFC 9520 section 3.2: failures are kept 5 minutes at most",
        ),
    )


def worst(found: Sequence[Estimate]) -> int:
    """The longest of the estimates, seconds."""
    return max(one.seconds for one in found)
