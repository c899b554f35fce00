from __future__ import annotations

import asyncio
import ctypes
import os
import platform
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import grpc  # type: ignore[import-untyped]
import pytest
from pulumi.provider.experimental import provider as protocol
from pulumi.provider.experimental.property_value import PropertyValue
from pulumi.runtime.proto import provider_pb2, status_pb2

from ffinfra.problems import OperationalError
from ffinfra.provider.properties import Properties
from ffinfra.provider.resource_type import PartiallyCreatedError
from ffinfra.provider.serving import _Servicer, status_of


def test_a_failing_world_is_told_by_its_own_text(capsys: pytest.CaptureFixture[str]) -> None:
    status = status_of(OperationalError("the server is silent", "Start it"), "freifunk")
    assert (status.code, status.details) == (grpc.StatusCode.UNKNOWN, "the server is silent. Start it")
    assert capsys.readouterr().err == ""


def test_a_bug_is_called_a_bug_and_its_traceback_goes_to_stderr(capsys: pytest.CaptureFixture[str]) -> None:
    status = status_of(KeyError("zone"), "freifunk")
    assert status.details == "a bug in the plugin freifunk: KeyError: 'zone'"
    assert capsys.readouterr().err == "KeyError: 'zone'\n"


def test_what_the_provider_has_not_is_unimplemented() -> None:
    status = status_of(NotImplementedError("call"), "freifunk")
    assert (status.code, status.details) == (
        grpc.StatusCode.UNIMPLEMENTED,
        "freifunk does not offer this: call",
    )


def test_what_is_half_created_is_told_with_its_outputs() -> None:
    error = PartiallyCreatedError(
        "7", Properties({"name": "a", "key": "s"}, frozenset({"key"})), Properties({"name": "a"}), "no space"
    )
    status = status_of(error, "hcloud")
    ((name, packed),) = status.trailing_metadata
    details = status_pb2.Status.FromString(packed).details
    told = provider_pb2.ErrorResourceInitFailed()
    assert details[0].Unpack(told)
    outputs = PropertyValue.unmarshal_map(told.properties)
    assert (name, status.details, told.id, list(told.reasons)) == (
        "grpc-status-details-bin",
        "no space",
        "7",
        ["no space"],
    )
    assert outputs == {"name": PropertyValue("a"), "key": PropertyValue("s", is_secret=True)}
    assert PropertyValue.unmarshal_map(told.inputs) == {"name": PropertyValue("a")}


class _Reader(protocol.Provider):
    """A provider that finds nothing but what is named there."""

    async def read(self, request: protocol.ReadRequest) -> protocol.ReadResponse:
        return protocol.ReadResponse("there" if request.resource_id == "there" else "", {}, {})


@pytest.mark.parametrize(("identifier", "has_properties"), [("there", True), ("gone", False)])
def test_what_is_not_there_has_no_properties(identifier: str, has_properties: bool) -> None:
    """Be they none, they would tell the engine that there is something to import."""
    servicer = _Servicer([], "0.1.0", _Reader(), engine_address="")
    request = provider_pb2.ReadRequest(id=identifier, urn="urn:pulumi:a::b::c:d:E::f")
    answer = asyncio.run(servicer.Read(request, None))
    assert answer.HasField("properties") == has_properties


TGKILL = {"x86_64": 234, "aarch64": 131}[platform.machine()]
"""The number of the call tgkill(2): one thread of a process gets the signal."""


def _to_all(pid: int) -> None:
    os.kill(pid, signal.SIGINT)


def _to_another_thread(pid: int) -> None:
    """As the kernel does where the main thread has just been stopped; Python's own handler would let it sleep on."""
    others = {int(task.name) for task in Path(f"/proc/{pid}/task").iterdir()} - {pid}
    assert ctypes.CDLL(None).syscall(TGKILL, pid, min(others), signal.SIGINT) == 0


@pytest.mark.parametrize("interrupt", [_to_all, _to_another_thread])
def test_the_engine_ends_it_at_once_and_without_a_word(interrupt: Callable[[int], None]) -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "ffinfra.provider", "127.0.0.1:9"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    ) as process:  # fmt: skip
        assert process.stdout is not None
        assert process.stderr is not None
        port = process.stdout.readline()
        interrupt(process.pid)
        assert (int(port) > 0, process.wait(timeout=30), process.stderr.read()) == (True, 0, "")
