"""``cloudflare:index/dnsRecord:DnsRecord``: one record; an import's id is ZONEID/RECORDID."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, ClassVar, Final

from ffinfra.lab.plugins.bridged import Born
from ffinfra.lab.plugins.cloudflare.api import compact
from ffinfra.lab.plugins.cloudflare.cloudflare_type import (
    CloudflareType,
    api_name,
    from_api,
    outputs_after_change,
    to_api,
    token_of,
)
from ffinfra.lab.plugins.cloudflare.dns_record_fields import FIELDS
from ffinfra.lab.plugins.fields import Fields
from ffinfra.lab.plugins.remote import RemoteError
from ffinfra.lab.plugins.values import Values
from ffinfra.provider.properties import UNKNOWN, Value
from ffinfra.provider.resource_type import Refusal

_SWITCHES_OFF: Final = {"ipv4Only": False, "ipv6Only": False, "flattenCname": False}
_BODY_FIELDS: Final = {key: field for key, field in FIELDS.items() if key != "zoneId"}


class DnsRecord(CloudflareType):
    """What the program wrote stays in the state until a refresh brings the API's form."""

    token = token_of("DnsRecord")
    fields: ClassVar[Fields] = FIELDS

    def refuse(self, values: Values) -> Iterator[Refusal]:
        """Content or data, never both."""
        if "content" in values and "data" in values:
            yield Refusal("data", "conflicts with content: give one of them")

    def reconcile(self, state: Values, aim: Values) -> Values:
        """Short names and ``@`` are the state's full name; a CNAME's content knows no case."""
        settled = dict(aim)
        if _same_name(aim.get("name"), state):
            settled["name"] = state["name"]
        if aim.get("type") == "CNAME" and _same_but_case(aim.get("content"), state.get("content")):
            settled["content"] = state["content"]
        settings = aim.get("settings")
        if isinstance(settings, Mapping) and not any(settings.values()) and not _any_switch(state):
            settled.pop("settings")
        return settled

    def make(self, plan: Values, born: Born) -> Values:
        """POST; not read back."""
        if plan["proxied"] and plan["ttl"] != 1:
            raise RemoteError(
                "ttl must be set to 1 when `proxied` is true: Cloudflare controls the TTL of proxied records"
            )
        answer = self.api.post(f"/zones/{plan['zoneId']}/dns_records", to_api(_BODY_FIELDS, plan))
        outputs = self._after_change(plan, answer)
        born(outputs["id"])
        return outputs

    def look(self, resource_id: str, state: Values) -> tuple[str, Values] | None:
        """One GET; an import makes two. What the answer does not mention stays as it was."""
        zone_id = state.get("zoneId")
        if not zone_id:
            zone_id, slash, resource_id = resource_id.partition("/")
            if not slash:
                form = "<zone_id>/<dns_record_id>"
                raise RemoteError(f'invalid ID: expected urlencoded segments "{form}", got "{zone_id}"')
            self.api.get(f"/zones/{zone_id}/dns_records/{resource_id}")
        answer = self.api.find(f"/zones/{zone_id}/dns_records/{resource_id}")
        if answer is None:
            return None
        if state.get("data") and not answer.get("data"):
            raise RemoteError("the real plugin crashes here: the API's answer lacks the record's data")
        silent = {key: state[key] for key in _BODY_FIELDS if key in state and api_name(key) not in answer}
        outputs = {"id": str(answer["id"]), **silent, **_told(answer), "zoneId": zone_id}
        return outputs["id"], {**outputs, **_zone_name(state, outputs)}

    def change(self, resource_id: str, state: Values, plan: Values, changed: frozenset[str]) -> Values:
        """PUT the whole record; a comment taken away is null."""
        del changed
        body = to_api(_BODY_FIELDS, plan)
        if state.get("comment") and "comment" not in body:
            body["comment"] = None
        answer = self.api.put(f"/zones/{plan['zoneId']}/dns_records/{resource_id}", body)
        kept = {"__meta": state["__meta"]} if "__meta" in state else {}
        return {**self._after_change(plan, answer), **kept}

    def remove(self, resource_id: str, state: Values) -> None:
        """DELETE; what is gone is an error."""
        self.api.delete(f"/zones/{state['zoneId']}/dns_records/{resource_id}")

    def _after_change(self, plan: Values, answer: dict[str, Any]) -> Values:
        told = _told(answer)
        outputs = outputs_after_change(FIELDS, plan, told)
        if outputs["type"] == "CNAME":
            outputs["settings"] = {**_SWITCHES_OFF, **outputs.get("settings", {})}
        return {"id": str(answer["id"]), **outputs}


def _told(answer: dict[str, Any]) -> Values:
    """The record as the API tells it; the switches of a CNAME are off where it says nothing."""
    found = from_api(_BODY_FIELDS, answer)
    if "meta" in found:
        found["meta"] = compact(found["meta"])
    if found.get("type") == "CNAME":
        found["settings"] = {**_SWITCHES_OFF, **found.get("settings", {})}
    return found


def _same_name(name: Value, state: Values) -> bool:
    """Whether a name as written is the state's full name (dns_record/custom.go, ModifyPlan)."""
    full = state.get("name")
    if name is UNKNOWN or not isinstance(name, str) or not isinstance(full, str):
        return False
    if name == "@":
        return full != "@" and "." in full
    short, whole = name.removesuffix("."), full.removesuffix(".")
    if short == whole or not whole.startswith(f"{short}."):
        return short == whole
    zone = json.loads(state.get("__meta") or "{}").get("zone_name", "")
    return not zone or whole == f"{short}.{zone}"


def _zone_name(state: Values, outputs: Values) -> Values:
    """What a refresh learns of the zone's name, kept beside the outputs as the bridge keeps private state."""
    if state.get("__meta"):
        return {"__meta": state["__meta"]}
    short, whole = str(state.get("name") or "").removesuffix("."), str(outputs["name"]).removesuffix(".")
    if short and short != "@" and whole.startswith(f"{short}."):
        return {"__meta": compact({"zone_name": whole.removeprefix(f"{short}.")})}
    return {}


def _same_but_case(new: Value, old: Value) -> bool:
    return isinstance(new, str) and isinstance(old, str) and new.lower() == old.lower()


def _any_switch(state: Values) -> bool:
    return any((state.get("settings") or {}).values())
