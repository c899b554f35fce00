"""What all resource types of hcloud share."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping
from typing import Any, Final

from ffinfra.lab.plugins.bridged import Bridged
from ffinfra.lab.plugins.fields import Family, Field, Kind
from ffinfra.lab.plugins.hcloud.actions import Actions
from ffinfra.lab.plugins.hcloud.api import Api
from ffinfra.lab.plugins.hcloud.errors import told
from ffinfra.lab.plugins.hcloud.settings import Connection, HcloudSettings
from ffinfra.lab.plugins.remote import LostError, RemoteError, StandInError
from ffinfra.lab.plugins.values import Values
from ffinfra.provider.properties import UNKNOWN, Value

_LABEL_KEY: Final = re.compile(
    r"([a-z0-9A-Z]([-_.a-z0-9A-Z]{0,253}[a-z0-9A-Z])?/)?[a-z0-9A-Z]([-_.a-z0-9A-Z]{0,61}[a-z0-9A-Z])?"
)
_LABEL_VALUE: Final = re.compile(r"([a-z0-9A-Z]([-_.a-z0-9A-Z]{0,61}[a-z0-9A-Z])?)?")


class HcloudType(Bridged):
    """A resource type with a connection to the API."""

    def __init__(self, settings: HcloudSettings) -> None:
        self._settings = settings

    def tell(self, error: RemoteError) -> RemoteError:
        """In the family's words."""
        return told(error, self.family)

    @property
    def connection(self) -> Connection:
        """The connection, once the engine has configured the plugin."""
        return self._settings.connection

    @property
    def api(self) -> Api:
        """The requests."""
        return self.connection.api

    @property
    def actions(self) -> Actions:
        """The waiting for actions as this family does it."""
        return self.connection.actions(self.family)


class SdkType(HcloudType):
    """A type of the older family."""

    family = Family.SDK_V2


class FrameworkType(HcloudType):
    """A type of the newer family."""

    family = Family.FRAMEWORK


def token_of(name: str) -> str:
    """The engine's name of a type: ``SshKey`` is ``hcloud:index/sshKey:SshKey``."""
    return f"hcloud:index/{name[0].lower()}{name[1:]}:{name}"


def named() -> Field:
    """A name, made up where the program gives none."""
    return Field(autonamed=True)


def labels(*, default: bool) -> Field:
    """Labels; the framework family defaults to none at all, ``{}`` (hcloud-go 2.44.0, labels.go)."""
    return Field(kind=Kind.MAP, default={} if default else None, refusal=_refused_labels)


def protection() -> Field:
    """A protection of the older family, off by default."""
    return Field(kind=Kind.TRUTH, default=False)


def still_there(found: tuple[str, Values] | None, verb: str, resource_id: str) -> Values:
    """The outputs of what was just made or changed.

    Raises:
        LostError: the API does not know it any more.
    """
    if found is None:
        hint = "It was deleted outside of Pulumi, or the API's answer lacks something: run `pulumi refresh`"
        raise LostError(f"expected non-nil error with nil state during {verb} of {resource_id}. {hint}")
    return found[1]


def refused_address(value: Value) -> str:
    """What is wrong with an IP address."""
    try:
        ipaddress.ip_address(value)
    except ValueError:
        return f"{value!r} is no IP address"
    return ""


def refused_range(value: Value) -> str:
    """What is wrong with an address range."""
    try:
        ipaddress.ip_network(value, strict=False)
    except ValueError:
        return f"{value!r} is no address range like 10.0.0.0/16"
    return "" if "/" in value else f"{value!r} has no prefix length, such as 10.0.0.0/16"


def by_id(api: Api, path: str, key: str, resource_id: str) -> dict[str, Any] | None:
    """GET one thing by its number; an id that is no number is nothing (it leaves the state)."""
    if not resource_id.isdecimal():
        return None
    answer = api.find(f"{path}/{resource_id}")
    return answer[key] if answer else None


def by_id_or_name(api: Api, path: str, key: str, id_or_name: str) -> dict[str, Any] | None:
    """GET by number and, where there is none, by name: the first of the list (hcloud-go, Get)."""
    found = by_id(api, path, key, id_or_name)
    if found is None:
        listed = api.get(path, [("name", id_or_name)]).get(f"{key}s") or []
        found = listed[0] if listed else None
    return found


def number(resource_id: str) -> str:
    """An id of the framework family, which is a number.

    Raises:
        StandInError: it is none.
    """
    if not resource_id.isdecimal():
        raise StandInError(f"Could not parse resource ID: {resource_id!r} is no number")
    return resource_id


def filled(values: Mapping[str, Value]) -> Values:
    """Without what is absent or zero: request bodies of the older family omit these."""
    return {key: value for key, value in values.items() if value and value is not UNKNOWN}


def present(values: Mapping[str, Value]) -> Values:
    """Without what is absent or unknown."""
    return {key: value for key, value in values.items() if value is not None and value is not UNKNOWN}


def _refused_labels(given: Mapping[str, Value]) -> str:
    for key, value in given.items():
        if not _LABEL_KEY.fullmatch(key):
            return f"label key '{key}' is not correctly formatted"
        if isinstance(value, str) and not _LABEL_VALUE.fullmatch(value):
            return f"label value '{value}' (key: {key}) is not correctly formatted"
    return ""
