"""Mocks that record what a program declares, with the options that the SDK's own mocks drop."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from zlib import crc32

import pulumi
from pulumi.runtime.mocks import MockCallArgs, MockMonitor, MockResourceArgs, Mocks

GIVEN_ADDRESSES = {"sn5-ipv4": "203.0.113.11", "sn5-ipv6": "2001:db8:3:11::"}
"""What the cloud gives, by the resource's name: the addresses that the sample network declares."""


@dataclass(frozen=True)
class Declared:
    """One resource as the engine was asked for it."""

    type: str
    name: str
    parent: str
    protected: bool
    delete_before_replace: bool
    ignored: tuple[str, ...]
    needs: tuple[str, ...]
    inputs: dict[str, Any]


class Clouds(Mocks):
    """A new resource gets its inputs, a number made from its name, an address; a preview knows its inputs alone."""

    def __init__(self, preview: bool) -> None:
        self.preview = preview

    def new_resource(self, args: MockResourceArgs) -> tuple[str | None, dict[str, Any]]:
        if self.preview:
            return "", dict(args.inputs)
        known = {"ipAddress": GIVEN_ADDRESSES[args.name]} if args.name in GIVEN_ADDRESSES else {}
        return str(crc32(f"{args.typ} {args.name}".encode())), {**args.inputs, **known}

    def call(self, args: MockCallArgs) -> tuple[dict[str, Any], None]:
        raise AssertionError(f"the program asks an API: {args.token}")


@dataclass
class Recorder(MockMonitor):
    """Notes every request."""

    mocks: Clouds
    resources: dict[str, Any] = field(default_factory=dict)
    declared: list[Declared] = field(default_factory=list)

    def RegisterResource(self, request: Any) -> Any:  # noqa: N802 - of gRPC
        answer = super().RegisterResource(request)  # type: ignore[no-untyped-call]
        if request.type != "pulumi:pulumi:Stack":
            _close_loop_of_thread()
            self.declared.append(
                Declared(
                    type=request.type,
                    name=request.name,
                    parent=_role(request.parent),
                    protected=request.protect,
                    delete_before_replace=request.deleteBeforeReplace,
                    ignored=tuple(request.ignoreChanges),
                    needs=tuple(sorted({_role(urn) for urn in request.dependencies})),
                    inputs=pulumi.runtime.rpc.deserialize_properties(request.object),
                )
            )
        return answer


def _close_loop_of_thread() -> None:
    """The SDK makes an event loop in each thread that serves a request and never closes it."""
    if threading.current_thread() is not threading.main_thread():
        asyncio.get_event_loop_policy().get_event_loop().close()
        asyncio.set_event_loop(None)


def _role(urn: str) -> str:
    """Type and name out of a URN, without the types of the parents."""
    parts = urn.split("::")
    return f"{parts[2].split('$')[-1]} {parts[3]}" if len(parts) == 4 else ""


def declared_by(program: Callable[[], object], *, preview: bool = False) -> list[Declared]:
    """Everything that a program declares, by type and name.

    Raises:
        Exception: what the program raised.
    """
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    recorder = Recorder(Clouds(preview))
    pulumi.runtime.set_mocks(recorder.mocks, "ffinfra", "test", preview=preview, monitor=recorder)

    @pulumi.runtime.test  # type: ignore[untyped-decorator]
    def run() -> None:
        program()

    try:
        run()
    finally:
        asyncio.set_event_loop(None)
        loop.close()
    return sorted(recorder.declared, key=lambda one: (one.type, one.name))
