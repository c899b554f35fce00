"""The kernel pin against a local archive: real apt and dpkg with the rendered files, dummy kernel packages."""

from __future__ import annotations

import hashlib
import re
import shutil
import subprocess
from collections.abc import Iterator
from copy import copy
from pathlib import Path

import pytest

from ffinfra.hosts.configuration import HostConfiguration
from ffinfra.hosts.rendering import render_host
from ffinfra.network.kernel import Kernel, KernelSource
from tests.hosts.isolation import Isolation, isolation, needs
from tests.hosts.samples import sample_network, sample_secrets
from tests.vm.disk import what_grub_does

pytestmark = pytest.mark.full

OLD, PINNED, NEWER = "6.1.140-1", "6.12.30-1~bpo12+1", "6.12.95-1~bpo12+1"
SECURE, LATER = "6.1.153-1", "6.1.192-2"
RELEASES = {
    OLD: "6.1.0-37-amd64",
    SECURE: "6.1.0-40-amd64",
    LATER: "6.1.0-47-amd64",
    PINNED: "6.12.30+deb12-amd64",
    NEWER: "6.12.95+deb12-amd64",
}
SUITES = ("bookworm", "bookworm-security", "bookworm-updates", "bookworm-backports")
PROBE = """\
#!/bin/sh
case "$*" in
*--target=device*) echo /dev/vda1 ;;
*--target=fs_uuid*) echo 5f3c1b6e-2f1d-4f3e-9d0a-1c2b3a4d5e6f ;;
*--target=partmap*) echo msdos ;;
*--target=abstraction*) cat /boot/abstraction ;;
*--target=fs\\ *) echo ext2 ;;
esac
"""
"""grub-probe on a plain disk, or what the test calls it (a mirror of two disks is an abstraction)."""

UPDATE_GRUB = "#!/bin/sh\nexec grub-mkconfig --output=/boot/grub/grub.cfg\n"
"""All that Debian's update-grub does."""

TITLE = "Debian GNU/Linux, with Linux "

FALLBACK = """\
if [ "$ffinfra_refused" = 1 -o "$ffinfra_starts" = 2 ]; then
    set default="{title}"
else
    set fallback=0
{counting}fi
"""

COUNTING = """\
    if [ "$ffinfra_starts" = 1 ]; then set ffinfra_starts=2; else set ffinfra_starts=1; fi
    save_env ffinfra_starts
"""

APT = """\
APT::Sandbox::User "root";
Acquire::Languages "none";
Dpkg::Options { "--force-unsafe-io"; };
"""


class Archive:
    """Flat repositories, as bookworm, its security and stable updates, and its backports."""

    def __init__(self, place: Path) -> None:
        self.place = place
        for suite in SUITES:
            (place / suite).mkdir(parents=True)
            self._list(suite)

    def copied(self, place: Path) -> Archive:
        """Another with the same packages."""
        shutil.copytree(self.place, place)
        other = copy(self)
        other.place = place
        return other

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
        label = "Debian-Security" if suite.endswith("-security") else "Debian"
        automatic = "NotAutomatic: yes\nButAutomaticUpgrades: yes\n" if "backports" in suite else ""
        (place / "Release").write_text(
            f"Origin: Debian\nLabel: {label}\nSuite: {suite}\nCodename: {suite}\n{automatic}"
            f"SHA256:\n {digest} {len(packages.encode())} Packages\n"
        )


class Machine:
    """A machine with a package database of its own."""

    def __init__(self, isolated: Isolation, place: Path, archive: Archive) -> None:
        self.isolated = isolated
        self.archive = archive
        for part in (
            "boot/grub",
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
        sources = "".join(f"deb [trusted=yes] file:{archive.place}/{suite} ./\n" for suite in SUITES)
        isolated.script(
            f"cp -a /etc {place}/etc 2>/dev/null || true\n"
            f"rm -rf {place}/etc/apt/sources.list* {place}/etc/apt/preferences.d {place}/etc/apt/apt.conf.d/*\n"
            f"mkdir -p {place}/etc/apt/preferences.d {place}/etc/apt/sources.list.d {place}/etc/apt/apt.conf.d\n"
        )
        (place / "etc/apt/sources.list").write_text(sources)
        (place / "etc/apt/apt.conf.d/99drill").write_text(APT)
        self.place = place
        self.disk = place / "boot/abstraction"
        self.disk.touch()
        self._executable("grub-probe", PROBE)
        self._executable("sbin/update-grub", UPDATE_GRUB)
        (place / "etc/default/grub").write_text("GRUB_DEFAULT=0\nGRUB_DISTRIBUTOR=Debian\n")
        isolated.script(f"mount --bind {place}/grub-probe /usr/sbin/grub-probe\n")
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
            ours = (
                "kernel" in path
                or "unattended-upgrades" in path
                or path.startswith(("/etc/grub.d/", "/etc/default/grub.d/"))
            )
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

    def menu(self) -> str:
        """The menu that real GRUB scripts have made."""
        return (self.place / "boot/grub/grub.cfg").read_text()

    def entries(self) -> list[str]:
        """The titles of the menu, without the ones for repairs."""
        titles = re.findall(r"""^menuentry ['"](.*?)['"] """, self.menu(), re.MULTILINE)
        return [title for title in titles if "recovery mode" not in title]

    def runs(self, release: str) -> None:
        """Have uname say that this kernel runs."""
        self._executable("sbin/uname", f'#!/bin/sh\n[ "$*" = -r ] || exec /bin/uname "$@"\necho {release}\n')

    def waits(self, *, holds: bool) -> None:
        """Have the time of probation pass, or the machine crash in it."""
        self._executable("sbin/sleep", f"#!/bin/sh\nexit {0 if holds else 1}\n")

    def start(self) -> int:
        """Start the unit of the probation; the starts that are counted after it."""
        self.isolated.run("/usr/local/sbin/ffinfra-kernel", "probation", check=False)
        found = re.search(r"ffinfra_starts=(\d)", self.isolated.run("grub-editenv", "-", "list").stdout)
        return int(found[1]) if found else 0

    def _executable(self, path: str, content: str) -> None:
        (self.place / path).write_text(content)
        (self.place / path).chmod(0o755)


def _configuration(kernel: Kernel) -> HostConfiguration:
    network = sample_network()
    first, *others = network.hosts
    changed = network.model_copy(update={"hosts": (first.model_copy(update={"kernel": kernel}), *others)})
    return render_host(changed, "vm1", sample_secrets())


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Archive:
    """What every test begins with."""
    needs("apt-get", "dpkg-deb", "dpkg-scanpackages", "grub-mkconfig")
    made = Archive(tmp_path_factory.mktemp("kernels") / "archive")
    made.kernel("bookworm", OLD)
    made.kernel("bookworm-backports", PINNED)
    made.package("bookworm", "other", "1")
    made.package("bookworm", "unconcerned", "1")
    return made


@pytest.fixture
def machine(archive: Archive, tmp_path: Path) -> Iterator[Machine]:
    """A machine with the old kernel of its release."""
    with isolation() as isolated:
        made = Machine(isolated, tmp_path / "machine", archive.copied(tmp_path / "archive"))
        isolated.script("apt-get update && apt-get --yes install linux-image-amd64 other unconcerned")
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
    assert machine.installed() == {**expected, "other": "1", "unconcerned": "1"}

    machine.archive.kernel("bookworm-backports", NEWER)
    machine.archive.package("bookworm", "other", "2")
    machine.dist_upgrade()
    assert machine.installed() == {**expected, "other": "2", "unconcerned": "1"}
    assert machine.candidate() == (version or NEWER)
    held = machine.isolated.run("apt-mark", "showhold").stdout.split()
    assert held == ["linux-image-6.12.30+deb12-amd64", "linux-image-amd64"]


def test_grub_boots_the_pinned_kernel_and_knows_the_one_before(machine: Machine) -> None:
    machine.archive.kernel("bookworm-backports", NEWER)
    machine.isolated.script(f"apt-get update && apt-get --yes install linux-image-{RELEASES[NEWER]}")
    machine.roll_out(_configuration(Kernel(source=KernelSource.BACKPORTS, version=PINNED)))
    machine.install()
    assert machine.entries() == [
        f"Linux {RELEASES[NEWER]}, the kernel before",
        *(TITLE + RELEASES[version] for version in (NEWER, PINNED, OLD)),
    ]
    menu = machine.menu()
    assert f'   set default="{TITLE}{RELEASES[PINNED]}"\n' in menu
    assert FALLBACK.format(title=TITLE + RELEASES[NEWER], counting=COUNTING) in menu
    assert " panic=10\n" in menu

    machine.disk.write_text("diskfilter mdraid1x\n")
    machine.isolated.run("update-grub")
    assert FALLBACK.format(title=TITLE + RELEASES[NEWER], counting="") in machine.menu()


def test_grub_has_no_kernel_before_where_only_the_pinned_one_is(machine: Machine) -> None:
    machine.roll_out(_configuration(Kernel(source=KernelSource.BACKPORTS)))
    machine.install()
    (machine.place / "boot" / f"vmlinuz-{RELEASES[OLD]}").unlink()
    machine.isolated.run("update-grub")
    assert machine.entries() == [TITLE + RELEASES[PINNED]]
    assert "ffinfra" not in machine.menu().replace("ffinfra_fallback", "")


def test_a_stable_kernel_is_the_newest_of_release_security_and_updates(machine: Machine) -> None:
    machine.roll_out(_configuration(Kernel(source=KernelSource.STABLE)))
    assert machine.candidate() == OLD
    machine.archive.kernel("bookworm-security", SECURE)
    machine.isolated.run("apt-get", "update")
    assert machine.candidate() == SECURE
    machine.install()
    assert machine.installed()["linux-image-amd64"] == SECURE

    machine.archive.kernel("bookworm-updates", LATER)
    machine.archive.kernel("bookworm-backports", NEWER)
    machine.dist_upgrade()
    assert machine.installed()["linux-image-amd64"] == SECURE
    assert machine.candidate() == LATER


@pytest.mark.parametrize("held", [True, False])
def test_unattended_upgrades_bring_security_and_never_a_kernel(machine: Machine, held: bool) -> None:
    needs("unattended-upgrade")
    machine.roll_out(_configuration(Kernel(source=KernelSource.STABLE)))
    machine.install()
    if not held:
        machine.isolated.script("apt-mark unhold linux-image-amd64 'linux-image-6*'")
    machine.archive.kernel("bookworm-security", SECURE)
    machine.archive.package("bookworm-security", "other", "2")
    machine.archive.package("bookworm-updates", "unconcerned", "2")
    machine.isolated.script("apt-get update && unattended-upgrade --debug")
    assert machine.installed() == {
        "linux-image-6.1.0-37-amd64": OLD,
        "linux-image-amd64": OLD,
        "other": "2",
        "unconcerned": "1",
    }


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


@pytest.mark.parametrize(("disk", "counted"), [("diskfilter mdraid1x\n", [1, 2, 2]), ("", [0, 0, 0])])
def test_starts_are_counted_by_the_system_where_grub_cannot(
    machine: Machine, disk: str, counted: list[int]
) -> None:
    machine.disk.write_text(disk)
    machine.roll_out(_configuration(Kernel(source=KernelSource.BACKPORTS)))
    machine.install()
    machine.runs(RELEASES[PINNED])
    machine.waits(holds=False)
    assert [machine.start() for _ in counted] == counted
    machine.runs(RELEASES[OLD])
    assert machine.start() == counted[-1]
    machine.runs(RELEASES[PINNED])
    machine.waits(holds=True)
    assert machine.start() == 0


@pytest.mark.vm
def test_grub_itself_goes_back_to_the_kernel_before(machine: Machine, tmp_path: Path) -> None:
    needs("qemu-system-x86_64", "mkfs.ext4", "sfdisk", "grub-mkimage")
    machine.archive.kernel("bookworm-backports", NEWER)
    machine.isolated.script(f"apt-get update && apt-get --yes install linux-image-{RELEASES[NEWER]}")
    machine.roll_out(_configuration(Kernel(source=KernelSource.BACKPORTS, version=PINNED)))
    machine.install()
    settings = machine.place / "etc/default/grub"
    settings.write_text(settings.read_text() + "GRUB_TERMINAL=serial\nGRUB_TIMEOUT=0\n")
    machine.isolated.run("update-grub")

    pinned, before = f"STARTED {RELEASES[PINNED]}", f"STARTED {RELEASES[NEWER]}"
    holds = _played(machine.menu(), f"echo {pinned}\nhalt")
    assert what_grub_does(holds, tmp_path) == [pinned]
    crashes = _played(machine.menu(), f"echo {pinned}\nreboot")
    assert what_grub_does(crashes, tmp_path) == [pinned, pinned, before]
    refused = _played(machine.menu(), "linux /no-such-file")
    falling = f"Falling back to `Linux {RELEASES[NEWER]}, the kernel before'"
    assert what_grub_does(refused, tmp_path) == [falling, before]


def _played(menu: str, pinned: str) -> str:
    """The menu with entries that say that they are started, and the one of the pinned kernel with other commands."""

    def commands(found: re.Match[str]) -> str:
        return pinned if found[1] == RELEASES[PINNED] else f"echo STARTED {found[1]}\nhalt"

    return re.sub(r"^\tlinux\t\S*/vmlinuz-(\S+) .*$", commands, menu, flags=re.MULTILINE)
