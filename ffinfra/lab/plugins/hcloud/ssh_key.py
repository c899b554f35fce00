"""``hcloud:index/sshKey:SshKey``: a public key for new servers."""

from __future__ import annotations

from typing import Any, ClassVar

from ffinfra.lab.plugins.bridged import Born
from ffinfra.lab.plugins.fields import Field, Fields
from ffinfra.lab.plugins.hcloud.hcloud_type import (
    FrameworkType,
    by_id,
    labels,
    named,
    number,
    present,
    token_of,
)
from ffinfra.lab.plugins.values import Values


class SshKey(FrameworkType):
    """POST, GET, PUT, DELETE; another public key is another key."""

    token = token_of("SshKey")
    fields: ClassVar[Fields] = {
        "name": named(),
        "publicKey": Field(required=True, replaces=True),
        "labels": labels(default=True),
        "fingerprint": Field(output_only=True, stable=True),
    }

    def make(self, plan: Values, born: Born) -> Values:
        """Create it at once."""
        body = {"name": plan["name"], "public_key": plan["publicKey"], "labels": plan["labels"]}
        outputs = _outputs(self.api.post("/ssh_keys", body).get("ssh_key") or {})
        born(outputs["id"])
        return outputs

    def look(self, resource_id: str, state: Values) -> tuple[str, Values] | None:
        """One GET."""
        del state
        found = by_id(self.api, "/ssh_keys", "ssh_key", number(resource_id))
        return (str(found["id"]), _outputs(found)) if found else None

    def change(self, resource_id: str, state: Values, plan: Values, changed: frozenset[str]) -> Values:
        """One PUT of what differs."""
        del state
        body = {key: plan[key] for key in sorted(changed & {"name", "labels"})}
        return _outputs(self.api.put(f"/ssh_keys/{resource_id}", body)["ssh_key"])

    def remove(self, resource_id: str, state: Values) -> None:
        """DELETE; gone is good."""
        del state
        self.api.delete_if_there(f"/ssh_keys/{resource_id}")


def _outputs(key: dict[str, Any]) -> Values:
    return present(
        {
            "id": str(key.get("id", 0)),
            "name": key.get("name", ""),
            "publicKey": key.get("public_key", ""),
            "fingerprint": key.get("fingerprint", ""),
            "labels": key.get("labels"),
        }
    )
