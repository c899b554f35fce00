"""What holds for all tests: what a skip means, and that fast tests stay on this machine."""

from __future__ import annotations

import os
import signal
import socket
from collections.abc import Generator
from ipaddress import ip_address
from typing import Any

import pytest

PERMITTED_SKIPS = ("it holds real zones and recordings", "no IPv6 on the loopback")
"""Reasons that are no missing tool: data that is not part of the repository, and what a kernel lacks."""

SLOWEST = ("test_lab_run.py", "test_life_of_a_lab.py", "test_ssh_transport.py")
"""Modules that take minutes."""

_REFUSED_BY_THE_KERNEL = "255.255.255.255"
"""Nothing goes there from a socket without SO_BROADCAST (socket(7)), so tests of refusals use it."""

_GUARDED = ("connect", "connect_ex", "sendto")

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    # A shell starts what runs in the background so, and the programs that we start and interrupt would inherit it.
    signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Modules with drills first, the slowest before all: nothing long should be the last that all wait for."""
    drills = {item.path for item in items if item.get_closest_marker("full")}
    items.sort(key=lambda item: (item.path.name not in SLOWEST, item.path not in drills))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """With CI=true a missing tool is a failure: what is skipped unseen is not tested at all."""
    report = yield
    if os.environ.get("CI") == "true" and report.skipped and not hasattr(report, "wasxfail"):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        if not any(permitted in reason for permitted in PERMITTED_SKIPS):
            report.outcome = "failed"
            report.longrepr = f"{item.nodeid} would be skipped, but CI=true skips nothing: {reason}"
    return report


@pytest.fixture(autouse=True)
def _loopback_only(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """A test without the mark ``full`` or ``root`` may talk to the loopback and to local sockets alone."""
    if any(request.node.get_closest_marker(mark) for mark in ("full", "root")):
        return
    for name in _GUARDED:
        monkeypatch.setattr(socket.socket, name, _guarded(getattr(socket.socket, name)))


def _guarded(method: Any) -> Any:
    def guarded(self: socket.socket, *arguments: Any) -> Any:
        address = arguments[-1]
        if isinstance(address, tuple) and not _is_local(str(address[0])):
            pytest.fail(f"a fast test talks to {address[0]}, which is not the loopback; mark it full")
        return method(self, *arguments)

    return guarded


def _is_local(host: str) -> bool:
    """Whether a host is this machine by its loopback; the empty text and 0.0.0.0 mean it too."""
    try:
        address = ip_address(host.partition("%")[0])
    except ValueError:
        return host in ("", "localhost")
    return address.is_loopback or address.is_unspecified or str(address) == _REFUSED_BY_THE_KERNEL
