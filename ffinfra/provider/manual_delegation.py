"""``freifunk:index:ManualDelegation``: what a person is to enter at a registrar that has no API.

Inputs and outputs: ``parent``, ``child`` and ``content`` (canonical text of NS, glue and DS). It is a note in the
state: it makes the change show in previews, be judged and approved; whether the parent says so is seen by asking its
nameservers (``ffinfra failover``).
"""

from __future__ import annotations

from collections.abc import Sequence

from ffinfra.provider.delegation_inputs import DELEGATION_KEYS, delegation_refusals
from ffinfra.provider.properties import Properties
from ffinfra.provider.resource_type import Difference, Existing, PropertyChange, Refusal, ResourceType


class ManualDelegation(ResourceType):
    """The resource type."""

    token = "freifunk:index:ManualDelegation"

    def check(self, inputs: Properties) -> Sequence[Refusal]:
        """Refuse what is no delegation."""
        return delegation_refusals(inputs.values)

    def diff(self, state: Properties, inputs: Properties) -> Difference:
        """Other names replace; other content is an update."""
        changed = [key for key in DELEGATION_KEYS if state.values.get(key) != inputs.values.get(key)]
        kinds = {"content": PropertyChange.UPDATE}
        return Difference({key: kinds.get(key, PropertyChange.UPDATE_REPLACE) for key in changed})

    def create(self, name: str, inputs: Properties, *, preview: bool) -> tuple[str, Properties]:
        """Note it."""
        del name
        return ("" if preview else str(inputs.values["child"])), inputs

    def read(self, resource_id: str, state: Properties, inputs: Properties) -> Existing | None:
        """The state is all there is; there is nothing to import."""
        return Existing(resource_id, state, inputs) if state.values else None

    def update(self, resource_id: str, state: Properties, inputs: Properties, *, preview: bool) -> Properties:
        """Note what is wanted now."""
        del resource_id, state, preview
        return inputs

    def delete(self, resource_id: str, state: Properties) -> None:
        """The registrar's entry is the person's to remove."""
        del resource_id, state
