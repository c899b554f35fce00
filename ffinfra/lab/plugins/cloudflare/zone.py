"""``cloudflare:index/zone:Zone``: a zone at Cloudflare."""

from __future__ import annotations

from typing import Any, ClassVar

from ffinfra.lab.plugins.bridged import Born
from ffinfra.lab.plugins.cloudflare.cloudflare_type import (
    CloudflareType,
    from_api,
    outputs_after_change,
    to_api,
    token_of,
)
from ffinfra.lab.plugins.cloudflare.zone_fields import FIELDS
from ffinfra.lab.plugins.fields import Fields
from ffinfra.lab.plugins.remote import RemoteError
from ffinfra.lab.plugins.values import Values


class Zone(CloudflareType):
    """Another name or account is another zone, and so are all of its records."""

    token = token_of("Zone")
    fields: ClassVar[Fields] = FIELDS

    def make(self, plan: Values, born: Born) -> Values:
        """POST; not read back."""
        outputs = self._after_change(plan, self.api.post("/zones", to_api(FIELDS, plan)))
        born(outputs["id"])
        return outputs

    def look(self, resource_id: str, state: Values) -> tuple[str, Values] | None:
        """One GET; an import makes two."""
        if not state:
            self.api.get(f"/zones/{resource_id}")
        answer = self.api.find(f"/zones/{resource_id}")
        if answer is None:
            return None
        return _id(answer), {"id": _id(answer), **from_api(FIELDS, answer)}

    def change(self, resource_id: str, state: Values, plan: Values, changed: frozenset[str]) -> Values:
        """PATCH what differs."""
        del state
        body = to_api({key: FIELDS[key] for key in FIELDS if key in changed}, plan)
        return self._after_change(plan, self.api.patch(f"/zones/{resource_id}", body))

    def remove(self, resource_id: str, state: Values) -> None:
        """DELETE; what is gone is an error."""
        del state
        self.api.delete(f"/zones/{resource_id}")

    def _after_change(self, plan: Values, answer: dict[str, Any]) -> Values:
        return {"id": _id(answer), **outputs_after_change(FIELDS, plan, from_api(FIELDS, answer))}


def _id(answer: dict[str, Any]) -> str:
    if not answer.get("id"):
        raise RemoteError("Zone API returned empty or null zone ID")
    return str(answer["id"])
