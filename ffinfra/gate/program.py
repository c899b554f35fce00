"""Which files make up the program, and their digest.

Bound is whatever can be imported from the project's folder, which stands before the libraries in the search for
modules, and all that the program and the gate read besides. So a file that an approval does not bind can neither be
imported nor shadow a library.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from ffinfra.gate.fingerprints import canonical_json
from ffinfra.gate.policy_packs import FOLDER
from ffinfra.problems import InvalidInputError, Place, Problem

PROGRAM_FILES = (
    "Pulumi.yaml",
    "waivers.yaml",
    "requirements.lock",
    "requirements-policy.lock",
    "ansible.cfg",
)
"""Single files that are read and cannot be imported; one that is missing counts as such."""

PROGRAM_FOLDERS = ("components", "ffinfra", "dns", "plugins", "ansible", "credentials", FOLDER)
"""Folders whose every file counts."""

LEFT_OUT = frozenset({"approvals", "docs", "tests", "tools", "bench", "build"})
"""Folders of which nothing is read: nothing that is bound imports a module of such a name.

Stack files are bound as configuration, hidden folders have no name that can be imported, and the libraries in them
are bound by their versions.
"""

NOT_FOR_A_SWITCH = ("waivers.yaml", "dns", "ansible", "credentials")
"""What may change although an approval of a switch was signed ahead: its declarations are bound as read."""

_IMPORTABLE = frozenset({".py", ".pyc", ".so", ".pyd"})
_METADATA = (".dist-info", ".egg-info")
"""Folders that say which modules are loaded as plug-ins of others."""

_CACHE = "__pycache__"

_HASH_BASED = 0b1
"""Flag of a compiled module that is not compared with its source's time (PEP 552)."""


def program_files(root: Path) -> Iterator[Path]:
    """Every file that the program or the gate reads, in a stable order.

    Raises:
        InvalidInputError: a link leads to a folder, or a compiled module would be taken for its source unseen.
    """
    yield from sorted(root / name for name in PROGRAM_FILES if (root / name).is_file())
    _judge_caches(root / _CACHE)
    for path in sorted(root.iterdir()):
        if path.name.startswith(".") or path.name in LEFT_OUT or path.name == _CACHE:
            continue
        if path.is_dir():
            yield from _of_folder(path, _chosen(path))
        elif path.suffix in _IMPORTABLE:
            yield path


def program_digest(root: Path) -> str:
    """SHA-256 over the names and contents of all that is bound; a link counts with where it leads.

    Raises:
        InvalidInputError: something in the project cannot be bound.
    """
    return digest_of(root, program_files(root))


def code_digest(root: Path) -> str:
    """The same without declarations and without what no switch of the delegation reads.

    Raises:
        InvalidInputError: something in the project cannot be bound.
    """
    without = {root / name for name in NOT_FOR_A_SWITCH}
    return digest_of(
        root, (path for path in program_files(root) if without.isdisjoint((path, *path.parents)))
    )


def digest_of(root: Path, files: Iterable[Path]) -> str:
    """SHA-256 over names and contents, in the order given."""
    total = hashlib.sha256()
    for path in files:
        link = str(path.readlink()) if path.is_symlink() else ""
        content = hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else "leads nowhere"
        total.update(canonical_json([path.relative_to(root).as_posix(), link, content]).encode())
    return total.hexdigest()


def bound_paths(stack: str) -> tuple[str, ...]:
    """What of a checkout an approval of a stack binds, as pathspecs for git (gitglossary(7))."""
    return (
        *PROGRAM_FILES,
        *PROGRAM_FOLDERS,
        ":(glob)**/*.py",
        f"Pulumi.{stack}.yaml",
        ".allowed_signers",
        *(f":(exclude){name}" for name in sorted(LEFT_OUT)),
    )


def _chosen(folder: Path) -> Callable[[Path], bool]:
    """Which files of a folder in the root count."""
    if folder.name in PROGRAM_FOLDERS or folder.name.endswith(_METADATA):
        return lambda _: True
    return lambda path: path.suffix in _IMPORTABLE


def _of_folder(top: Path, counts: Callable[[Path], bool]) -> Iterator[Path]:
    if top.is_symlink():
        raise _refused(top, "is a link to a folder, whose content no approval would bind")
    for folder, names, files in os.walk(top):
        names.sort()
        for name in names:
            if (Path(folder) / name).is_symlink():
                raise _refused(
                    Path(folder) / name, "is a link to a folder, whose content no approval would bind"
                )
        if _CACHE in names:
            names.remove(_CACHE)
            _judge_caches(Path(folder) / _CACHE)
        yield from (path for name in sorted(files) if counts(path := Path(folder) / name))


def _judge_caches(folder: Path) -> None:
    """Python trusts a compiled module with this flag whatever its source says; others it makes anew."""
    if folder.is_symlink():
        raise _refused(folder, "is a link to a folder, whose content no approval would bind")
    for path in folder.glob("*.pyc"):
        with path.open("rb") as stream:
            header = stream.read(8)
        if len(header) == 8 and int.from_bytes(header[4:], "little") & _HASH_BASED:
            raise _refused(path, "is compiled in a way that runs it whatever its source says")


def _refused(path: Path, what: str) -> InvalidInputError:
    way_out = "Remove it, or put the files themselves there; git log shows who brought it"
    return InvalidInputError([Problem(place=Place(str(path)), what=what, way_out=way_out)])
