"""URNs as the engine writes them: urn:pulumi:stack::project::type$of$parents$own::name."""

from __future__ import annotations

from functools import lru_cache


@lru_cache(maxsize=65_536)
def type_of(urn: str) -> str:
    """The resource's own type, such as ``hcloud:index/server:Server``."""
    parts = urn.split("::", 3)
    return parts[2].rsplit("$", 1)[-1] if len(parts) == 4 else ""


def parent_types_of(urn: str) -> tuple[str, ...]:
    """The types of the components that a resource stands in, the outermost first."""
    parts = urn.split("::", 3)
    return tuple(parts[2].split("$")[:-1]) if len(parts) == 4 else ()


def name_of(urn: str) -> str:
    """The resource's name; it may itself hold two colons."""
    parts = urn.split("::", 3)
    return parts[3] if len(parts) == 4 else urn


def is_provider(urn: str) -> bool:
    """Whether it is a provider's own entry in the state."""
    return type_of(urn).startswith("pulumi:providers:")


def is_stack(urn: str) -> bool:
    """Whether it is the root of the stack."""
    return type_of(urn) == "pulumi:pulumi:Stack"
