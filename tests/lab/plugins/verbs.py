"""Resource types driven as the engine drives them, in the fewest words."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ffinfra.lab.plugins.bridged import Bridged
from ffinfra.lab.plugins.cloudflare import types as cloudflare_types
from ffinfra.lab.plugins.cloudflare.settings import CloudflareSettings
from ffinfra.lab.plugins.hcloud import types as hcloud_types
from ffinfra.lab.plugins.hcloud.settings import HcloudSettings
from ffinfra.provider.properties import Properties
from ffinfra.provider.resource_type import Existing
from tests.lab.plugins.fake_api import CountedWaiter, FakeApi


def checked(kind: Bridged, inputs: dict[str, Any]) -> Properties:
    """The inputs after the check, which has to find nothing."""
    filled = kind.fill_in("thing", Properties(inputs), Properties(), b"seed")
    assert list(kind.check(filled)) == []
    return filled


class Driver(ABC):
    """All types of one stand-in on one fake API."""

    @property
    @abstractmethod
    def kinds(self) -> Sequence[Bridged]:
        """The types."""

    def kind(self, name: str) -> Bridged:
        return next(item for item in self.kinds if item.token.endswith(f":{name}"))

    def create(self, name: str, inputs: dict[str, Any]) -> tuple[str, dict[str, Any]]:
        kind = self.kind(name)
        resource_id, outputs = kind.create("thing", checked(kind, inputs), preview=False)
        return resource_id, dict(outputs.values)

    def update(
        self, name: str, resource_id: str, state: dict[str, Any], inputs: dict[str, Any]
    ) -> dict[str, Any]:
        kind = self.kind(name)
        outputs = kind.update(resource_id, Properties(state), checked(kind, inputs), preview=False)
        return dict(outputs.values)

    def read(
        self, name: str, resource_id: str, state: dict[str, Any], inputs: dict[str, Any]
    ) -> Existing | None:
        return self.kind(name).read(resource_id, Properties(state), Properties(inputs))

    def delete(self, name: str, resource_id: str, state: dict[str, Any]) -> None:
        self.kind(name).delete(resource_id, Properties(state))

    def diff(self, name: str, state: dict[str, Any], inputs: dict[str, Any]) -> dict[str, str]:
        """Path -> change; an extra entry tells of deletion before replacement."""
        kind = self.kind(name)
        found = kind.diff(Properties(state), checked(kind, inputs))
        changes = {path: change.value for path, change in found.changes.items()}
        return changes | ({"(first)": "delete"} if found.delete_before_replace else {})

    def refused(self, name: str, inputs: dict[str, Any]) -> list[str]:
        kind = self.kind(name)
        filled = kind.fill_in("thing", Properties(inputs), Properties(), b"seed")
        return [f"{item.property}: {item.reason}" for item in kind.check(filled)]


@dataclass
class Hcloud(Driver):
    settings: HcloudSettings
    api: FakeApi
    waiter: CountedWaiter

    @property
    def kinds(self) -> Sequence[Bridged]:
        return hcloud_types.resource_types(self.settings)


@dataclass
class Cloudflare(Driver):
    settings: CloudflareSettings
    api: FakeApi
    waiter: CountedWaiter

    @property
    def kinds(self) -> Sequence[Bridged]:
        return cloudflare_types.resource_types(self.settings)
