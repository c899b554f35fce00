"""DNS records, and changes to the records of a zone as pure functions."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from ffinfra.lab.clouds.call import JsonObject
from ffinfra.lab.clouds.cloudflare.conflicts import check_conflicts
from ffinfra.lab.clouds.cloudflare.contents import Content, checked_content
from ffinfra.lab.clouds.cloudflare.errors import CloudflareError, invalid_record, no_such_record

AUTOMATIC = 1
"""The TTL that means "automatic"; it is served as 300 seconds."""

_OWNER_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?")
_PROXIABLE = ("A", "AAAA", "CNAME")


@dataclass(frozen=True, slots=True)
class DnsRecord:
    """One record; its name is absolute, without a dot at its end."""

    id: str
    name: str
    type: str
    content: Content
    ttl: int
    comment: str | None
    created_on: str
    modified_on: str
    comment_modified_on: str | None

    def shape(self, *, srv_priority: bool) -> JsonObject:
        """As the API shows it."""
        shown: JsonObject = {
            "id": self.id,
            "name": self.name,
            "type": self.type,
            "content": self.content.text,
            "proxiable": self.type in _PROXIABLE,
            "proxied": False,
            "ttl": self.ttl,
            "settings": {},
            "meta": {},
            "comment": self.comment,
            "tags": [],
            "created_on": self.created_on,
            "modified_on": self.modified_on,
        }
        if self.comment_modified_on is not None:
            shown["comment_modified_on"] = self.comment_modified_on
        if self.content.data is not None:
            shown["data"] = dict(self.content.data)
        if self.content.priority is not None and (self.type != "SRV" or srv_priority):
            shown["priority"] = self.content.priority
        return shown


Records = Mapping[str, DnsRecord]
"""The records of a zone by id."""


class RecordBody(BaseModel):
    """A whole record as asked for; fields that the stand-in does not know are ignored."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    name: str
    type: str
    ttl: int = AUTOMATIC
    content: str | None = None
    data: dict[str, object] | None = None
    priority: int | None = None
    proxied: bool | None = None
    comment: Annotated[str, Field(max_length=500)] | None = None
    tags: tuple[str, ...] | None = None


class RecordPatch(BaseModel):
    """What of a record is to change; what is not given stays."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    name: str | None = None
    type: str | None = None
    ttl: int | None = None
    content: str | None = None
    data: dict[str, object] | None = None
    priority: int | None = None
    proxied: bool | None = None
    comment: Annotated[str, Field(max_length=500)] | None = None
    tags: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Rules:
    """What holds for the records of a zone: its name, its quota, the time, and where new ids come from."""

    zone: str
    quota: int
    now: str
    new_id: Callable[[], str]


def get(records: Records, record_id: str) -> DnsRecord:
    """A record by id.

    Raises:
        CloudflareError: there is none.
    """
    found = records.get(record_id)
    if found is None:
        raise no_such_record()
    return found


def added(records: Records, body: RecordBody, rules: Rules) -> tuple[Records, DnsRecord]:
    """The records with a new one.

    Raises:
        CloudflareError: it is wrong, conflicts with others, or is one too many.
    """
    if len(records) >= rules.quota:
        raise CloudflareError(81045, "The record quota has been exceeded.")
    record = _record(body, rules, rules.new_id(), None)
    check_conflicts(records.values(), record, rules.zone)
    return {**records, record.id: record}, record


def replaced(records: Records, record_id: str, body: RecordBody, rules: Rules) -> tuple[Records, DnsRecord]:
    """The records with one replaced as a whole: what the body does not give falls back to its default.

    Raises:
        CloudflareError: there is none with this id, or the new one is wrong.
    """
    record = _record(body, rules, record_id, get(records, record_id))
    check_conflicts(records.values(), record, rules.zone)
    return {**records, record_id: record}, record


def patched(records: Records, record_id: str, patch: RecordPatch, rules: Rules) -> tuple[Records, DnsRecord]:
    """The records with one changed in part; a comment of null clears it.

    Raises:
        CloudflareError: there is none with this id, or the new one is wrong.
    """
    old = get(records, record_id)
    given = patch.model_dump(exclude_unset=True)
    known: dict[str, object] = {
        "name": old.name,
        "type": old.type,
        "ttl": old.ttl,
        "content": old.content.text,
        "data": None if old.content.data is None else dict(old.content.data),
        "priority": old.content.priority,
        "comment": old.comment,
    }
    return replaced(records, record_id, RecordBody.model_validate(known | given), rules)


def removed(records: Records, record_id: str) -> tuple[Records, DnsRecord]:
    """The records without one.

    Raises:
        CloudflareError: there is none with this id.
    """
    record = get(records, record_id)
    return {known: other for known, other in records.items() if known != record_id}, record


def absolute(name: str, zone: str) -> str:
    """A record's name as the API shows it; ``@`` and names relative to the zone are taken too.

    Raises:
        CloudflareError: it is no domain name.
    """
    text = name.lower().removesuffix(".")
    if text in ("@", zone):
        return zone
    full = text if text.endswith(f".{zone}") else f"{text}.{zone}"
    labels = full.removeprefix("*.").split(".")
    if len(full) > 253 or not all(_OWNER_LABEL.fullmatch(label) for label in labels):
        raise invalid_record("DNS name is invalid.", 9000)
    return full


def _record(body: RecordBody, rules: Rules, record_id: str, old: DnsRecord | None) -> DnsRecord:
    if body.tags:
        raise invalid_record(f"DNS record has {len(body.tags)} tags, exceeding the quota of 0.", 9300)
    if body.proxied:
        raise invalid_record("Proxied records are not offered here: nothing would answer for them.", 9041)
    if body.ttl != AUTOMATIC and not 60 <= body.ttl <= 86400:
        raise invalid_record("Invalid TTL. Must be between 60 and 86400 seconds, or 1 for Automatic.", 9021)
    comment = body.comment or None
    record = DnsRecord(
        id=record_id,
        name=absolute(body.name, rules.zone),
        type=body.type,
        content=checked_content(body.type, body.content, body.data, body.priority),
        ttl=body.ttl,
        comment=comment,
        created_on=rules.now if old is None else old.created_on,
        modified_on=rules.now,
        comment_modified_on=None if comment is None else rules.now,
    )
    if old is not None and comment == old.comment:
        return replace(record, comment_modified_on=old.comment_modified_on)
    return record
