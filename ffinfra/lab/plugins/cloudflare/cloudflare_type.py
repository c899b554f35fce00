"""What all resource types of cloudflare share."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from ffinfra.lab.plugins.bridged import Bridged
from ffinfra.lab.plugins.cloudflare.api import Api
from ffinfra.lab.plugins.cloudflare.settings import CloudflareSettings
from ffinfra.lab.plugins.fields import Family, Field, Fields, Kind
from ffinfra.lab.plugins.values import Values
from ffinfra.provider.properties import UNKNOWN, Value

_CAPITAL: Final = re.compile(r"[A-Z]")


class CloudflareType(Bridged):
    """A resource type with a connection to the API; all belong to the newer family."""

    family = Family.FRAMEWORK

    def __init__(self, settings: CloudflareSettings) -> None:
        self._settings = settings

    @property
    def api(self) -> Api:
        """The requests."""
        return self._settings.api


def token_of(name: str) -> str:
    """The engine's name of a type: ``DnsRecord`` is ``cloudflare:index/dnsRecord:DnsRecord``."""
    return f"cloudflare:index/{name[0].lower()}{name[1:]}:{name}"


def api_name(key: str) -> str:
    """The API's word for a property: ``keyTag`` is ``key_tag``."""
    return _CAPITAL.sub(lambda letter: f"_{letter[0].lower()}", key)


def to_api(fields: Fields, values: Mapping[str, Value]) -> dict[str, Any]:
    """The inputs among the values in the API's words, without what is absent or unknown."""
    return {
        api_name(key): to_api(field.members, values[key]) if field.kind is Kind.OBJECT else values[key]
        for key, field in fields.items()
        if field.is_input and values.get(key) is not None and values[key] is not UNKNOWN
    }


def from_api(fields: Fields, answer: Mapping[str, Any]) -> Values:
    """The known properties of an answer, without nulls."""
    found = {key: _value(field, answer.get(api_name(key))) for key, field in fields.items()}
    return {key: value for key, value in found.items() if value is not None}


def _value(field: Field, value: Any) -> Value:  # noqa: ANN401
    if field.kind is Kind.OBJECT and isinstance(value, Mapping):
        return from_api(field.members, value)
    return value


def outputs_after_change(fields: Fields, plan: Mapping[str, Value], told: Mapping[str, Value]) -> Values:
    """What was asked for stays as it was written; what the API decides is as it was told."""
    decided = {key: value for key, value in told.items() if fields[key].computed or fields[key].output_only}
    asked_for = {
        key: value for key, value in plan.items() if fields[key].is_input and value not in (None, UNKNOWN)
    }
    return decided | asked_for
