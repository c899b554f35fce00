"""Interfaces that systemd-networkd made from a .netdev file, once that file has changed or is gone.

``networkctl reload`` makes what is new, but neither changes nor removes what is there (networkctl(1)). So such
an interface is deleted, the reload that its file asks for makes it anew, and what was part of it (the ports of
a bridge or of batman-adv) becomes so again.
"""

from __future__ import annotations

import json
import re
import subprocess
import time
from collections.abc import Callable, Iterable, Mapping, Set
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

from ffinfra.problems import OperationalError

FOLDER: Final = "/etc/systemd/network/"

NETWORKD: Final = "systemd-networkd.service"
"""The unit that makes interfaces anew."""

BACK_SECONDS: Final = 10
"""How long networkd may take to forget an interface, and to make it anew."""

_SECONDS: Final = 30
_KNOWN_TO_NETWORKD: Final = Path("/run/systemd/netif/links")
_NAME: Final = re.compile(r"^Name=(\S+)$", re.MULTILINE)
_WAY_OUT: Final = "See journalctl --unit systemd-networkd on the machine"


@dataclass(frozen=True, slots=True)
class Outdated:
    """An interface that is not as its file says.

    Attributes:
        name: its name.
        becomes: the name under which it comes back: its own, another one if its file renames it, or None if
            no file declares it any more.
        ports: the interfaces that are part of it.
    """

    name: str
    becomes: str | None
    ports: tuple[str, ...]


def outdated(
    before: Mapping[str, str], after: Mapping[str, str], noted: Iterable[Outdated]
) -> tuple[Outdated, ...]:
    """The interfaces that are not as their .netdev files say.

    One that does not exist counts only if it is noted and what it becomes is declared: it was deleted and not
    made anew. A noted port that has become part of something else stays there.

    Args:
        before: path -> content as it was; a file that is new is left out.
        after: path -> content of everything that is wanted; a file that goes is left out.
        noted: what a rollout which was cut off had yet to make anew.
    """
    changed = {
        name: _name(after.get(path, ""))
        for path, text in before.items()
        if _is_netdev(path) and _settings(text) != _settings(after.get(path, "")) and (name := _name(text))
    }
    unfinished = {link.name: link for link in noted}
    if not changed and not unfinished:
        return ()
    declared = {name for path, text in after.items() if _is_netdev(path) and (name := _name(text))}
    masters = {name: link.master for name, link in _links().items()}
    found = []
    for name in sorted(changed.keys() | unfinished.keys()):
        before_cut = unfinished.get(name, Outdated(name, None, ()))
        becomes = _successor(name, (changed.get(name), before_cut.becomes), declared)
        if name in masters or (name in unfinished and becomes):
            found.append(Outdated(name, becomes, _ports(name, masters, before_cut.ports)))
    return tuple(found)


def _successor(name: str, renamed: Iterable[str | None], declared: Set[str]) -> str | None:
    """The interface itself while any file declares it, else what its own file names instead."""
    return next((one for one in (name, *renamed) if one in declared), None)


def delete(links: Iterable[Outdated]) -> tuple[str, ...]:
    """Delete interfaces and wait until networkd has noticed, so that it makes them anew.

    Raises:
        OperationalError: one stays.
    """
    done = []
    for link in links:
        found = _links().get(link.name)
        if found is not None:
            _ip("link", "delete", link.name)
            state = _KNOWN_TO_NETWORKD / str(found.index)
            what = f"networkd still knows {link.name}, which was deleted"
            _await(partial(_is_gone, state), what)
            done.append(f"delete {link.name}")
    return tuple(done)


def rejoin(links: Iterable[Outdated]) -> None:
    """Wait for the interfaces that come back, and give them their ports.

    A port that cannot join keeps no other from it.

    Raises:
        OperationalError: one does not come back, or a port cannot join it.
    """
    for link in links:
        if link.becomes is None:
            continue
        what = f"{link.name} was deleted to be made anew as {link.becomes}, and does not come back"
        _await(partial(_stands, link.becomes), what)
        failed = [error for port in link.ports if (error := _joins(port, link.becomes))]
        if failed:
            raise failed[0]


def _joins(port: str, master: str) -> OperationalError | None:
    """Make a port that is there part of something, or say why not."""
    if port in _links():
        try:
            _ip("link", "set", port, "master", master)
        except OperationalError as error:
            return error
    return None


def _ports(name: str, masters: Mapping[str, str | None], noted: Iterable[str]) -> tuple[str, ...]:
    """What is part of an interface, then what is noted as such and part of nothing."""
    now = tuple(port for port, master in masters.items() if master == name)
    return now + tuple(port for port in noted if port not in now and masters.get(port) is None)


@dataclass(frozen=True, slots=True)
class _Link:
    """An interface as the kernel has it."""

    index: int
    master: str | None


def _links() -> dict[str, _Link]:
    """The interfaces by name; /sys is not asked, for in a container it may show another network's."""
    shown = json.loads(_ip("-json", "link", "show") or "[]")
    return {link["ifname"]: _Link(link["ifindex"], link.get("master")) for link in shown}


def _stands(name: str) -> bool:
    return name in _links()


def _is_gone(path: Path) -> bool:
    return not path.exists()


def _is_netdev(path: str) -> bool:
    return path.startswith(FOLDER) and path.endswith(".netdev")


def _settings(text: str) -> list[str]:
    """A file's lines without comments, which make no other interface."""
    return [line for line in text.splitlines() if line.strip() and not line.startswith(("#", ";"))]


def _name(text: str) -> str | None:
    found = _NAME.search(text)
    return found[1] if found else None


def _await(look: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + BACK_SECONDS
    while not look():
        if time.monotonic() > deadline:
            raise OperationalError(f"after {BACK_SECONDS} s {what}", _WAY_OUT)
        time.sleep(0.05)


def _ip(*arguments: str) -> str:
    command = ["ip", *arguments]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=_SECONDS, check=False)
    except subprocess.TimeoutExpired as error:
        raise OperationalError(f"{' '.join(command)} took longer than {_SECONDS} s", _WAY_OUT) from error
    if done.returncode:
        raise OperationalError(f"{' '.join(command)}: {done.stderr.strip()}", _WAY_OUT)
    return done.stdout
