"""A configuration as the inputs of the resource ``freifunk:index:HostConfig``, and back.

``files`` and ``secretFiles`` are maps from path to file, so that a preview shows file after file; the
second is secret as a whole.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from ffinfra.hosts.configuration import HostConfiguration, HostFile, Unit, UnitAction
from ffinfra.hosts.validators import Validator


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    content: str
    mode: str = Field(default="0644", pattern=r"\A0[0-7]{3}\z")
    owner: str = "root"
    group: str = "root"
    validator: Validator | None = None
    createOnly: bool = False  # noqa: N815 - the property's name
    units: tuple[str, ...] = ()


class _Unit(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(pattern=r"\A[A-Za-z0-9@_.:-]+\.(?:service|socket|timer|target)\z")
    action: UnitAction
    enabled: bool = True


_FILES = TypeAdapter(Mapping[str, _File])
_UNITS = TypeAdapter(tuple[_Unit, ...])
_PACKAGES = TypeAdapter(tuple[str, ...])


class MisshapenInputError(ValueError):
    """An input of HostConfig that cannot be used; ``property`` names it."""

    def __init__(self, property_name: str, reason: str) -> None:
        self.property = property_name
        self.reason = reason
        super().__init__(f"{property_name}: {reason}")


def to_inputs(configuration: HostConfiguration) -> dict[str, Any]:
    """All inputs but ``transport``; the caller marks ``secretFiles`` as secret."""
    return {
        "host": configuration.host,
        "files": {file.path: _as_input(file) for file in configuration.files if not file.secret},
        "secretFiles": {file.path: _as_input(file) for file in configuration.files if file.secret},
        "packages": list(configuration.packages),
        "units": [
            {"name": unit.name, "action": unit.action.value, "enabled": unit.enabled}
            for unit in configuration.units
        ],
    }


def from_inputs(values: Mapping[str, Any]) -> HostConfiguration:
    """The configuration that inputs stand for; missing parts are empty.

    Raises:
        MisshapenInputError: an input has another shape; the reason shows no content of a file.
    """
    files = [
        *_files("files", values.get("files") or {}, secret=False),
        *_files("secretFiles", values.get("secretFiles") or {}, secret=True),
    ]
    units = _validated("units", _UNITS, values.get("units") or [])
    packages = _validated("packages", _PACKAGES, values.get("packages") or [])
    try:
        return HostConfiguration(
            host=str(values.get("host", "")),
            files=tuple(sorted(files, key=lambda file: file.path)),
            packages=packages,
            units=tuple(Unit(name=unit.name, action=unit.action, enabled=unit.enabled) for unit in units),
        )
    except ValueError as error:
        raise MisshapenInputError("files", str(error)) from error


def _as_input(file: HostFile) -> dict[str, Any]:
    return {
        "content": file.content,
        "mode": f"{file.mode:04o}",
        "owner": file.owner,
        "group": file.group,
        **({"validator": file.validator.value} if file.validator else {}),
        **({"createOnly": True} if file.create_only else {}),
        **({"units": list(file.units)} if file.units else {}),
    }


def _files(name: str, value: object, *, secret: bool) -> list[HostFile]:
    files = []
    for path, file in _validated(name, _FILES, value).items():
        try:
            files.append(
                HostFile(
                    path=path,
                    content=file.content,
                    mode=int(file.mode, 8),
                    owner=file.owner,
                    group=file.group,
                    secret=secret,
                    validator=file.validator,
                    create_only=file.createOnly,
                    units=file.units,
                )
            )
        except ValueError as error:
            raise MisshapenInputError(name, str(error)) from error
    return files


def _validated(name: str, adapter: TypeAdapter[Any], value: object) -> Any:  # noqa: ANN401 - the adapter's type
    """A value of the adapter's type."""
    try:
        return adapter.validate_python(_tuples(value))
    except ValidationError as error:
        reasons = [
            f"{'.'.join(str(part) for part in found['loc'])}: {found['msg']}" for found in error.errors()
        ]
        raise MisshapenInputError(name, "; ".join(reasons)) from None


def _tuples(value: object) -> object:
    """Lists as tuples, as frozen models want them."""
    if isinstance(value, Mapping):
        return {key: _tuples(item) for key, item in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return tuple(_tuples(item) for item in value)
    return value
