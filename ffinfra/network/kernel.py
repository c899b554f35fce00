"""The kernel that a machine is to run, and the ranges that are known to crash.

Row d of the founding story: a VM host's kernel crashed within minutes; a newer one cured it. So the kernel is
declared for each host, known-bad ranges are data with a reason, and nothing but the declared one is booted.
"""

from __future__ import annotations

from enum import StrEnum
from functools import cache
from importlib import resources

import yaml
from pydantic import TypeAdapter, model_validator

from ffinfra.network.debian_version import compare_versions
from ffinfra.network.values import KernelVersion, Model


class DebianRelease(StrEnum):
    """The Debian release that a machine runs."""

    BOOKWORM = "bookworm"
    TRIXIE = "trixie"


class KernelSource(StrEnum):
    """Which suite of the archive the kernel package comes from."""

    STABLE = "stable"
    BACKPORTS = "backports"


class KernelPackage(StrEnum):
    """The kernel package. The cloud flavour lacks batman-adv, so a supernode must not use it."""

    STANDARD = "linux-image-amd64"
    CLOUD = "linux-image-cloud-amd64"


class Kernel(Model):
    """The pinned kernel.

    Without ``version`` the suite's newest is installed once and held; with it, exactly that version is.
    """

    source: KernelSource = KernelSource.STABLE
    package: KernelPackage = KernelPackage.STANDARD
    version: KernelVersion | None = None


class KnownBadRange(Model):
    """A range of kernel versions that must not run: first bad version to first good one (half-open)."""

    identifier: str
    first_bad: str
    first_good: str
    reason: str
    reference: str

    @model_validator(mode="after")
    def _in_order(self) -> KnownBadRange:
        if compare_versions(self.first_bad, self.first_good) >= 0:
            raise ValueError("first_bad must be older than first_good")
        return self

    def contains(self, version: str) -> bool:
        """Whether a version lies in the range, by the order of deb-version(7)."""
        return (
            compare_versions(self.first_bad, version) <= 0 and compare_versions(version, self.first_good) < 0
        )


@cache
def known_bad_ranges() -> tuple[KnownBadRange, ...]:
    """The ranges that are delivered with ffinfra (known_bad_kernels.yaml)."""
    text = resources.files("ffinfra.network").joinpath("known_bad_kernels.yaml").read_text("utf-8")
    return TypeAdapter(tuple[KnownBadRange, ...]).validate_python(yaml.safe_load(text))


def known_bad(version: str) -> KnownBadRange | None:
    """The known-bad range that a version lies in, or None."""
    return next((bad for bad in known_bad_ranges() if bad.contains(version)), None)
