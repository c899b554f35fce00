"""The kernel pin against a local archive: real apt and dpkg with the rendered files, dummy kernel packages."""

from __future__ import annotations

import hashlib
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from ffinfra.hosts.configuration import HostConfiguration
from ffinfra.hosts.rendering import render_host
from ffinfra.network.kernel import Kernel, KernelSource
from tests.hosts.isolation import Isolation, isolation, needs
from tests.hosts.samples import sample_network, sample_secrets

pytestmark = pytest.mark.full

OLD, PINNED, NEWER = "6.1.140-1", "6.12.30-1~bpo12+1", "6.12.95-1~bpo12+1"
RELEASES = {OLD: "6.1.0-37-amd64", PINNED: "6.12.30+deb12-amd64", NEWER: "6.12.95+deb12-amd64"}
APT = """\
APT::Sandbox::User "root";
Acquire::Languages "none";
Dpkg::Options { "--force-unsafe-io"; };
"""


class Archive:
    """Two flat repositories, as bookworm and its backports."""

    def __init__(self, place: Path) -> None:
        self.place = place
        for suite in ("bookworm", "bookworm-backports"):
            (place / suite).mkdir(parents=True)

    def kernel(self, suite: str, version: str) -> None:
        """A kernel image and the package that stands for the newest."""
        image = f"linux-image-{RELEASES[version]}"
        self.package(suite, image, version, boot=f"vmlinuz-{RELEASES[version]}")
        self.package(suite, "linux-image-amd64", version, depends=f"{image} (= {version})")

    def package(self, suite: str, name: str, version: str, depends: str = "", boot: str = "") -> None:
        """Build a package and list it."""
        tree = self.place / "build" / f"{name}-{version}"
        (tree / "DEBIAN").mkdir(parents=True)
        control = (
            f"Package: {name}\nVersion: {version}\nArchitecture: amd64\nMaintainer: t <t@invalid.example>\n"
        )
        control += f"Depends: {depends}\n" if depends else ""
        (tree / "DEBIAN/control").write_text(f"{control}Description: dummy\n")
        if boot:
            (tree / "boot").mkdir()
            (tree / "boot" / boot).write_text("kernel\n")
        subprocess.run(
            ["dpkg-deb", "--root-owner-group", "--build", tree, self.place / suite],
            check=True,
            capture_output=True,
        )
        self._list(suite)

    def _list(self, suite: str) -> None:
        place = self.place / suite
        packages = subprocess.run(
            ["dpkg-scanpackages", "--multiversion", "."],
            cwd=place,
            check=True,
            capture_output=True,
            text=True,
        ).stdout
        (place / "Packages").write_text(packages)
        digest = hashlib.sha256(packages.encode()).hexdigest()
        automatic = "NotAutomatic: yes\nButAutomaticUpgrades: yes\n" if "backports" in suite else ""
        (place / "Release").write_text(
            f"Origin: Debian\nLabel: Debian\nSuite: {suite}\nCodename: {suite}\n{automatic}"
            f"SHA256:\n {digest} {len(packages.encode())} Packages\n"
        )


class Machine:
    """A machine with a package database of its own."""

    def __init__(self, isolated: Isolation, place: Path, archive: Archive) -> None:
        self.isolated = isolated
        self.archive = archive
        for part in (
            "boot",
            "sbin",
            "dpkg/info",
            "dpkg/updates",
            "apt/lists/partial",
            "log/apt",
            "cache/archives/partial",
        ):
            (place / part).mkdir(parents=True)
        for name in ("dpkg/status", "dpkg/available"):
            (place / name).touch()
        sources = "".join(
            f"deb [trusted=yes] file:{archive.place}/{suite} ./\n"
            for suite in ("bookworm", "bookworm-backports")
        )
        isolated.script(
            f"cp -a /etc {place}/etc 2>/dev/null || true\n"
            f"rm -rf {place}/etc/apt/sources.list* {place}/etc/apt/preferences.d {place}/etc/apt/apt.conf.d/*\n"
            f"mkdir -p {place}/etc/apt/preferences.d {place}/etc/apt/sources.list.d {place}/etc/apt/apt.conf.d\n"
        )
        (place / "etc/apt/sources.list").write_text(sources)
        (place / "etc/apt/apt.conf.d/99drill").write_text(APT)
        self.place = place
        isolated.script(
            "".join(
                f"mount --bind {place}/{part} {target}\n"
                for part, target in {
                    "etc": "/etc",
                    "boot": "/boot",
                    "sbin": "/usr/local/sbin",
                    "dpkg": "/var/lib/dpkg",
                    "apt": "/var/lib/apt",
                    "cache": "/var/cache/apt",
                    "log": "/var/log",
                }.items()
            )
        )

    def roll_out(self, configuration: HostConfiguration) -> None:
        """Write the files of the kernel's topic, but not the archive's address."""
        for file in configuration.files:
            path = file.path.replace("/usr/local/sbin/", "/sbin/")
            ours = "kernel" in path or path.startswith(("/etc/grub.d/", "/etc/default/grub.d/"))
            if ours and not path.startswith("/etc/apt/sources"):
                target = self.place / path.removeprefix("/")
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_text(file.content)
                target.chmod(file.mode)

    def install(self) -> None:
        """What the rendered unit does."""
        self.isolated.run("/usr/local/sbin/ffinfra-kernel", "install")

    def candidate(self, package: str = "linux-image-amd64") -> str:
        """The version that apt would install."""
        shown = self.isolated.run("apt-cache", "policy", package).stdout
        (found,) = re.findall(r"Candidate: (\S+)", shown)
        return str(found)

    def installed(self) -> dict[str, str]:
        """Package -> version."""
        lines = self.isolated.run("dpkg-query", "-W", "-f", "${Package} ${Version}\n").stdout.splitlines()
        return dict(line.split() for line in lines)

    def dist_upgrade(self) -> None:
        """Upgrade everything that may be."""
        self.isolated.script("apt-get update && apt-get --yes dist-upgrade")

    def grub(self) -> tuple[str, str]:
        """What GRUB's configuration makes the default, and the line that names the fallback."""
        default = self.isolated.script(
            'GRUB_DISTRIBUTOR=Debian; . /etc/default/grub.d/50-ffinfra-kernel.cfg; echo "$GRUB_DEFAULT"'
        )
        return default.strip(), self.isolated.script(
            "GRUB_DISTRIBUTOR=Debian /etc/grub.d/06_ffinfra_fallback"
        ).strip()


def _configuration(kernel: Kernel) -> HostConfiguration:
    network = sample_network()
    first, *others = network.hosts
    changed = network.model_copy(update={"hosts": (first.model_copy(update={"kernel": kernel}), *others)})
    return render_host(changed, "vm1", sample_secrets())


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[Machine]:
    """A machine with the old kernel of its release."""
    needs("apt-get", "dpkg-deb", "dpkg-scanpackages")
    archive = Archive(tmp_path / "archive")
    archive.kernel("bookworm", OLD)
    archive.kernel("bookworm-backports", PINNED)
    archive.package("bookworm", "other", "1")
    with isolation() as isolated:
        made = Machine(isolated, tmp_path / "machine", archive)
        isolated.script("apt-get update && apt-get --yes install linux-image-amd64 other")
        assert made.installed()["linux-image-amd64"] == OLD
        yield made


@pytest.mark.parametrize("version", [None, PINNED])
def test_the_pinned_kernel_is_installed_and_stays(machine: Machine, version: str | None) -> None:
    machine.roll_out(_configuration(Kernel(source=KernelSource.BACKPORTS, version=version)))
    assert machine.candidate() == PINNED
    machine.install()
    expected = {
        "linux-image-6.1.0-37-amd64": OLD,
        "linux-image-6.12.30+deb12-amd64": PINNED,
        "linux-image-amd64": PINNED,
    }
    assert machine.installed() == {**expected, "other": "1"}

    machine.archive.kernel("bookworm-backports", NEWER)
    machine.archive.package("bookworm", "other", "2")
    machine.dist_upgrade()
    assert machine.installed() == {**expected, "other": "2"}
    assert machine.candidate() == (version or NEWER)
    held = machine.isolated.run("apt-mark", "showhold").stdout.split()
    assert held == ["linux-image-6.12.30+deb12-amd64", "linux-image-amd64"]
    assert machine.grub() == (
        "Debian GNU/Linux, with Linux 6.12.30+deb12-amd64",
        'set fallback="Debian GNU/Linux, with Linux 6.1.0-37-amd64"',
    )


def test_without_our_pin_apt_would_stay_with_the_release_kernel(machine: Machine) -> None:
    assert machine.candidate() == OLD


def test_a_candidate_that_is_known_to_be_bad_is_not_installed(machine: Machine) -> None:
    machine.roll_out(_configuration(Kernel(source=KernelSource.BACKPORTS)))
    bad = machine.place / "etc/ffinfra/known-bad-kernels"
    bad.write_text("# header\n6.12~ 6.12.40-1 crash-6.12\n")
    done = machine.isolated.run("/usr/local/sbin/ffinfra-kernel", "install", check=False)
    assert done.returncode == 1
    assert f"kernel {PINNED} is known to be bad (crash-6.12); declare another one" in done.stderr
    assert machine.installed()["linux-image-amd64"] == OLD
