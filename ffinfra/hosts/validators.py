"""The programs that judge a rendered file before it may replace the one in use.

A validator sees the file under its final path, beside the other new files of the host: knot.conf includes
the file with its keys, and both may change at once.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Validator(StrEnum):
    """Who judges a file."""

    KNOT = "knot"
    FASTD = "fastd"
    NFTABLES = "nftables"
    BIRD = "bird"
    DNSMASQ = "dnsmasq"
    SSHD = "sshd"
    SUDOERS = "sudoers"
    SYSTEMD_UNIT = "systemd-unit"
    LIBVIRT_DOMAIN = "libvirt-domain"
    SHELL = "shell"


@dataclass(frozen=True, slots=True, kw_only=True)
class ValidatorProgram:
    """How a validator is called.

    Attributes:
        arguments: the command; ``{path}`` stands for the file's final path, ``{staged}`` for where it waits.
        package: the Debian package that brings the program.
        silent: whether words on stderr mean a bad file even when the exit code is 0 (systemd-analyze calls
            an unknown setting a warning; a mistyped setting is no smaller mistake than any other).
        tolerated: lines that mean nothing where the file is judged: programs that come with the same rollout.
    """

    arguments: tuple[str, ...]
    package: str
    silent: bool = False
    tolerated: str | None = None

    @property
    def program(self) -> str:
        """The program's name, to be found on PATH."""
        return self.arguments[0]


VALIDATOR_PROGRAMS: Mapping[Validator, ValidatorProgram] = {
    Validator.KNOT: ValidatorProgram(arguments=("knotc", "-c", "{path}", "conf-check"), package="knot"),
    Validator.FASTD: ValidatorProgram(
        arguments=("fastd", "--verify-config", "--config", "{path}"), package="fastd"
    ),
    Validator.NFTABLES: ValidatorProgram(
        arguments=("nft", "--check", "--file", "{path}"), package="nftables"
    ),
    Validator.BIRD: ValidatorProgram(arguments=("bird", "-p", "-c", "{path}"), package="bird2"),
    Validator.DNSMASQ: ValidatorProgram(
        arguments=("dnsmasq", "--test", "--conf-file={path}"), package="dnsmasq-base"
    ),
    Validator.SSHD: ValidatorProgram(
        arguments=("sshd", "-t", "-f", "/etc/ssh/sshd_config"), package="openssh-server"
    ),
    Validator.SUDOERS: ValidatorProgram(arguments=("visudo", "--check", "--file={path}"), package="sudo"),
    Validator.SYSTEMD_UNIT: ValidatorProgram(
        arguments=("systemd-analyze", "verify", "--man=no", "--recursive-errors=no", "{path}"),
        package="systemd",
        silent=True,
        tolerated=r".*Command .* is not executable: No such file or directory",
    ),
    Validator.LIBVIRT_DOMAIN: ValidatorProgram(
        arguments=("virt-xml-validate", "{path}", "domain"), package="libvirt-clients"
    ),
    Validator.SHELL: ValidatorProgram(arguments=("sh", "-n", "{staged}"), package="dash"),
}
"""Every validator has its line here."""


def complaint(program: ValidatorProgram, exit_code: int, words: str) -> str | None:
    """What a validator has against a file, in its own words; None when it accepts the file."""
    lines = [line for line in words.splitlines() if line.strip()]
    heeded = [line for line in lines if not program.tolerated or not re.fullmatch(program.tolerated, line)]
    if exit_code != 0 and (heeded or not lines):
        return "\n".join(heeded) or f"{program.program} ended with {exit_code} and said nothing"
    if program.silent and heeded:
        return "\n".join(heeded)
    return None
