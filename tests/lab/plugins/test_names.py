"""The stand-ins know every property of the official packages' classes, by name, kind and place."""

from __future__ import annotations

import importlib
import re
from collections.abc import Iterator, Mapping
from types import ModuleType
from typing import Any

import pytest

from ffinfra.lab.plugins.bridged import Bridged
from ffinfra.lab.plugins.cloudflare import get_zone, zone_fields
from ffinfra.lab.plugins.cloudflare import settings as cloudflare_settings
from ffinfra.lab.plugins.cloudflare import types as cloudflare_types
from ffinfra.lab.plugins.fields import Field, Fields, Kind
from ffinfra.lab.plugins.hcloud import settings as hcloud_settings
from ffinfra.lab.plugins.hcloud import types as hcloud_types

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:pulumi_cloudflare")

STAND_INS: dict[str, list[Any]] = {
    "pulumi_hcloud": hcloud_types.resource_types(hcloud_settings.HcloudSettings()),
    "pulumi_cloudflare": cloudflare_types.resource_types(cloudflare_settings.CloudflareSettings()),
}
TYPES = [(package, kind) for package, kinds in STAND_INS.items() for kind in kinds]
NAMES = [f"{package}-{kind.token.rsplit(':', 1)[-1]}" for package, kind in TYPES]

SHAPES = {
    "bool": {Kind.TRUTH},
    "int": {Kind.WHOLE},
    "float": {Kind.NUMBER},
    "str": {Kind.TEXT},
    "map": {Kind.MAP},
    "sequence": {Kind.LIST, Kind.SET},
    "object": {Kind.OBJECT},
    "any": {Kind.ANY},
}

_REFERENCE = re.compile(r"'(?:outputs\.(\w+)|(\w+Args))'")
_SCALAR = re.compile(r"\b(bool|int|float|str)\b")


def properties(cls: type) -> dict[str, str]:
    """Pulumi's name of each property -> what its annotation says."""
    found = {}
    for member in vars(cls).values():
        name = getattr(getattr(member, "fget", None), "_pulumi_name", None)
        if name is not None:
            found[name] = repr(member.fget.__annotations__["return"])
    return found


def shape(annotation: str) -> str:
    if "Sequence" in annotation:
        return "sequence"
    if "Mapping" in annotation:
        return "map"
    if _REFERENCE.search(annotation):
        return "object"
    scalar = _SCALAR.search(annotation)
    return scalar[1] if scalar else "any"


def nested_class(package: ModuleType, annotation: str, *, outputs: bool) -> type | None:
    reference = _REFERENCE.search(annotation)
    if reference is None:
        return None
    found: type = getattr(package.outputs if outputs else package, reference[1] or reference[2])
    return found


def differences(
    package: ModuleType, cls: type, fields: Fields, *, outputs: bool, place: str = ""
) -> Iterator[str]:
    """Every property that the class and the stand-in do not have alike."""
    theirs = properties(cls)
    ours = {key for key, field in fields.items() if outputs or field.is_input}
    for key in sorted(theirs.keys() ^ ours):
        yield f"{place}{key} is {'missing' if key in theirs else 'invented'}"
    for key in sorted(theirs.keys() & ours):
        yield from unlike(package, theirs[key], fields[key], outputs=outputs, place=f"{place}{key}")


def unlike(package: ModuleType, annotation: str, field: Field, *, outputs: bool, place: str) -> Iterator[str]:
    if field.kind not in SHAPES[shape(annotation)]:
        yield f"{place} is {field.kind.value}, should be {shape(annotation)}"
    inner = nested_class(package, annotation, outputs=outputs)
    members = (field.element or field).members
    if inner is not None:
        yield from differences(package, inner, members, outputs=outputs, place=f"{place}.")
    elif members:
        yield f"{place} has invented members"


def classes(package: ModuleType, kind: Bridged) -> tuple[type, type]:
    name = kind.token.rsplit(":", 1)[-1]
    return getattr(package, f"{name}Args"), getattr(package, name)


@pytest.mark.parametrize(("package", "kind"), TYPES, ids=NAMES)
def test_inputs_and_outputs_are_those_of_the_package(package: str, kind: Bridged) -> None:
    module = importlib.import_module(package)
    arguments, resource = classes(module, kind)
    assert list(differences(module, arguments, kind.fields, outputs=False)) == []
    assert list(differences(module, resource, kind.fields, outputs=True)) == []


@pytest.mark.parametrize(
    ("package", "arguments"),
    [
        ("pulumi_hcloud", hcloud_settings.ARGUMENTS),
        ("pulumi_cloudflare", cloudflare_settings.ARGUMENTS),
    ],
)
def test_provider_arguments_are_those_of_the_package(package: str, arguments: Fields) -> None:
    module = importlib.import_module(package)
    assert list(differences(module, module.ProviderArgs, arguments, outputs=False)) == []


def test_get_zone_answers_with_what_the_package_reads() -> None:
    module = importlib.import_module("pulumi_cloudflare")
    names = set(properties(module.GetZoneResult))
    ours = {*zone_fields.FIELDS, *get_zone.ARGUMENTS, "id"}
    assert names == ours
    arguments = properties(module.GetZoneFilterArgs)
    assert set(arguments) == set(get_zone.ARGUMENTS["filter"].members)


def required(fields: Fields) -> set[str]:
    return {key for key, field in fields.items() if field.required}


@pytest.mark.parametrize(("package", "kind"), TYPES, ids=NAMES)
def test_what_is_required_is_what_the_package_requires(package: str, kind: Bridged) -> None:
    module = importlib.import_module(package)
    arguments, _ = classes(module, kind)
    theirs = {key for key, annotation in properties(arguments).items() if "Optional" not in annotation}
    assert required(kind.fields) == theirs


def unsupported(fields: Fields, place: str = "") -> Iterator[str]:
    for key, field in fields.items():
        if field.unsupported:
            yield f"{place}{key}"
        yield from unsupported((field.element or field).members, f"{place}{key}.")


def test_what_is_not_supported_is_a_short_list() -> None:
    """Each has its reason, and setting one is refused (tested beside each type)."""
    found: Mapping[str, list[str]] = {
        kind.token.rsplit(":", 1)[-1]: sorted(unsupported(kind.fields)) for _, kind in TYPES
    }
    assert {name: keys for name, keys in found.items() if keys} == {
        "Firewall": ["applyTos"],
        "NetworkSubnet": ["vswitchId"],
        "PrimaryIp": ["datacenter"],
        "Rdns": ["floatingIpId", "loadBalancerId"],
        "Server": ["datacenter", "iso", "networks.macAddress", "rescue"],
        "DnsRecord": ["includeShadowMetadata"],
        "Zone": ["vanityNameServers"],
    }


def test_no_other_class_of_these_names_has_come() -> None:
    """The tokens are those of the packages' own classes."""
    for package, kind in TYPES:
        module = importlib.import_module(package)
        _, resource = classes(module, kind)
        source = importlib.import_module(resource.__module__)
        assert source.__file__ is not None
        with open(source.__file__, encoding="utf-8") as text:  # noqa: PTH123
            assert f"'{kind.token}'" in text.read()
