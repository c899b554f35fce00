"""Judging files before they replace others: each validator sees /etc as it would be afterwards.

This happens in a mount and network namespace of its own, where a copy of /etc with the new files on top
stands in the place of /etc. So a knot.conf is checked together with the new file of keys that it includes,
and ``nft --check`` talks to a network that is nobody's. Secrets go there through a pipe into memory (tmpfs).
"""

from __future__ import annotations

import base64
import io
import os
import shlex
import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Iterable, Sequence
from typing import Final

from ffinfra.hosts.configuration import HostFile
from ffinfra.hosts.validators import VALIDATOR_PROGRAMS, ValidatorProgram, complaint
from ffinfra.problems import OperationalError
from ffinfra.provider.host_transport import redacted

SECONDS: Final = 120
"""How long all validators of one machine together may take."""

_PATH: Final = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

_VIEW: Final = """\
set -eu
mount -t tmpfs tmpfs "$1"
mkdir "$1/etc"
cp -a /etc/. "$1/etc/" 2>/dev/null || true
tar -x --no-same-owner -f - -C "$1"
mount --bind "$1/etc" /etc
mount -t tmpfs tmpfs /run
mkdir /run/sshd
exec </dev/null
if [ -d /etc/ssh ] && ! [ -r /etc/ssh/ssh_host_ed25519_key ]; then
    rm -f /etc/ssh/ssh_host_*
    ssh-keygen -q -t ed25519 -N '' -f /etc/ssh/ssh_host_ed25519_key || true
fi
judge() {
    words=$("$@" 2>&1) && code=0 || code=$?
    printf '%s %s\\n' "$code" "$(printf %s "$words" | base64 --wrap=0)"
}
"""


def validate(host: str, files: Sequence[HostFile], judged: Sequence[HostFile]) -> None:
    """Have files judged by their validators.

    Args:
        host: the machine that they are for, for the error's words.
        files: everything that the machine would have.
        judged: those of them that are to be judged.

    Raises:
        OperationalError: a validator refuses its file or is not installed, or namespaces are refused.
    """
    programs = [(file, VALIDATOR_PROGRAMS[file.validator]) for file in judged if file.validator]
    if not programs:
        return
    _require(programs)
    answers = _answers(host, files, programs)
    refused = []
    for (file, program), (code, words) in zip(programs, answers, strict=True):
        against = complaint(program, code, words)
        if against is not None:
            refused.append(f"{host}: {file.path} is refused by {program.program}: {against}")
    if refused:
        raise OperationalError(
            redacted("\n".join(refused), files), "Nothing was replaced; mend what the file is made of"
        )


def _require(programs: Iterable[tuple[HostFile, ValidatorProgram]]) -> None:
    missing = {program for _file, program in programs if shutil.which(program.program, path=_PATH) is None}
    if missing:
        names = ", ".join(sorted(program.program for program in missing))
        packages = " ".join(sorted({program.package for program in missing}))
        raise OperationalError(
            f"no file may be written unchecked, and these validators are not installed: {names}",
            f"Install them: apt-get install {packages}",
        )


def _answers(
    host: str, files: Sequence[HostFile], programs: Sequence[tuple[HostFile, ValidatorProgram]]
) -> list[tuple[int, str]]:
    """Exit code and words of each validator."""
    user = [] if os.geteuid() == 0 else ["--user", "--map-root-user"]
    with tempfile.TemporaryDirectory(prefix="ffinfra-validate-") as place:
        commands = [_command(file, program, place) for file, program in programs]
        script = _VIEW + "\n".join(commands)
        done = _run(host, ["unshare", *user, "--mount", "--net", "sh", "-c", script, "sh", place], files)
    lines = done.stdout.decode("utf-8", "replace").splitlines()
    if len(lines) != len(programs):
        raise OperationalError(
            f"{host}: the place for checking files could not be made: {done.stderr.decode(errors='replace')}",
            "User and mount namespaces must be allowed here (sysctl user.max_user_namespaces)",
        )
    return [_answer(line) for line in lines]


def _run(host: str, command: Sequence[str], files: Sequence[HostFile]) -> subprocess.CompletedProcess[bytes]:
    try:
        return subprocess.run(
            command,
            input=_archive(files),
            capture_output=True,
            timeout=SECONDS,
            check=False,
            env={**os.environ, "PATH": _PATH, "LC_ALL": "C.UTF-8"},
        )
    except subprocess.TimeoutExpired as error:
        raise OperationalError(
            f"{host}: its files were not checked within {SECONDS} s",
            "Nothing was replaced; see what keeps the machine busy and try again",
        ) from error


def _command(file: HostFile, program: ValidatorProgram, place: str) -> str:
    parts = (part.format(path=file.path, staged=f"{place}{file.path}") for part in program.arguments)
    return "judge " + shlex.join(parts)


def _answer(line: str) -> tuple[int, str]:
    code, _space, words = line.partition(" ")
    return int(code), base64.b64decode(words).decode("utf-8", "replace")


def _archive(files: Sequence[HostFile]) -> bytes:
    """The files as a tar archive; of those outside /etc only the shell's syntax check makes use."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for file in files:
            content = file.content.encode()
            entry = tarfile.TarInfo(file.path.removeprefix("/"))
            entry.size, entry.mode = len(content), file.mode
            archive.addfile(entry, io.BytesIO(content))
    return buffer.getvalue()
