"""``freifunk:index:GateRecord``: which approval a stack used last, noted in its state and nowhere else."""

from __future__ import annotations

from ffinfra.provider.properties import Properties
from ffinfra.provider.resource_type import Difference, Existing, PropertyChange, ResourceType


class GateRecord(ResourceType):
    """The resource type; its one input and output is ``approval``."""

    token = "freifunk:index:GateRecord"

    def diff(self, state: Properties, inputs: Properties) -> Difference:
        """Another approval is an update."""
        same = state.values.get("approval") == inputs.values.get("approval")
        return Difference({} if same else {"approval": PropertyChange.UPDATE})

    def create(self, name: str, inputs: Properties, *, preview: bool) -> tuple[str, Properties]:
        """Note the approval."""
        del preview
        return name, inputs

    def read(self, resource_id: str, state: Properties, inputs: Properties) -> Existing | None:
        """The state is all there is."""
        return Existing(resource_id, state, inputs)

    def update(self, resource_id: str, state: Properties, inputs: Properties, *, preview: bool) -> Properties:
        """Note another approval."""
        del resource_id, state, preview
        return inputs

    def delete(self, resource_id: str, state: Properties) -> None:
        """Nothing is left to remove."""
        del resource_id, state
