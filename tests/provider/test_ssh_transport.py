"""HostConfig by SSH: the repository's playbook against real Debian machines with systemd and sshd."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from ffinfra.problems import OperationalError
from tests.hosts.isolation import needs
from tests.hosts.samples import TRANSFER_SECRET
from tests.lab.nspawn.machines import Yard, network_with_key, yard
from tests.lab.nspawn.rolled import Rolled

pytestmark = [pytest.mark.full, pytest.mark.root]

KNOT = "/etc/knot/knot.conf"
EXPORTER = "/etc/default/prometheus-node-exporter"


@pytest.fixture(scope="module")
def ours() -> Iterator[Yard]:
    needs("ansible-playbook")
    with (
        tempfile.TemporaryDirectory(prefix="yard-") as directory,
        yard(Path(directory)) as opened,
        pytest.MonkeyPatch.context() as patch,
    ):
        for name, value in opened.ansible_environment.items():
            patch.setenv(name, value)
        yield opened


@pytest.fixture(scope="module")
def nameserver(ours: Yard) -> Rolled:
    return Rolled(ours, network_with_key(ours.public_key), "ns1")


@pytest.fixture(scope="module")
def supernode(ours: Yard) -> Rolled:
    return Rolled(ours, network_with_key(ours.public_key), "sn5")


def test_the_first_rollout_makes_a_nameserver(nameserver: Rolled) -> None:
    assert nameserver.refresh() == {}
    active = nameserver.says("systemctl is-active knot nftables ssh prometheus-node-exporter").split()
    assert active == ["active"] * 4
    assert nameserver.says("stat -c '%a %U:%G' /etc/knot/keys.conf") == "600 knot:knot"
    assert "policy drop" in nameserver.says("nft list chain inet ffinfra input")
    assert "mesh.musterstadt.example" in nameserver.says("knotc zone-status")
    assert nameserver.says("ls -d /run/ffinfra-* /var/lib/ffinfra/* 2>/dev/null || true") in (
        "", "/run/ffinfra-rollout.lock"
    )  # fmt: skip


def test_a_change_reloads_exactly_the_daemon_that_reads_it(nameserver: Rolled) -> None:
    before = nameserver.starts()
    nameserver.update(nameserver.with_text(KNOT, "slip: 1", "slip: 2"))
    after = nameserver.starts()
    assert [name for name in before if before[name] != after[name]] == ["knot.service"]
    assert list(nameserver.refresh()) == [f'files["{KNOT}"].content']


def test_a_file_that_its_validator_refuses_never_replaces_the_old_one(nameserver: Rolled) -> None:
    before = nameserver.starts()
    with pytest.raises(OperationalError, match=r"ns1: /etc/knot/knot.conf is refused by knotc: .*'slip'"):
        nameserver.update(nameserver.with_text(KNOT, "slip: 1", "slip: often"))
    assert "slip: 2" in nameserver.says(f"cat {KNOT}")
    assert nameserver.starts() == before


def test_when_a_daemon_does_not_start_its_old_file_is_back_and_its_words_are_told(nameserver: Rolled) -> None:
    wrong = nameserver.with_text(EXPORTER, "192.0.2.53:9100", "192.0.2.54:9100")
    with pytest.raises(OperationalError) as failed:
        nameserver.update(wrong)
    assert failed.value.what.startswith(
        f"ns1: after a change of {EXPORTER}: prometheus-node-exporter.service is "
    )
    assert "192.0.2.54:9100: bind: cannot assign requested address" in failed.value.what
    assert f"={nameserver.address}:9100" in nameserver.says(f"cat {EXPORTER}")
    assert nameserver.says("systemctl is-active prometheus-node-exporter") == "active"


def test_a_rollout_that_was_cut_off_is_finished_by_the_next(nameserver: Rolled) -> None:
    nameserver.update(nameserver.inputs)
    nameserver.says("mkdir -p /var/lib/ffinfra && echo knot.service >/var/lib/ffinfra/unfinished-units")
    before = nameserver.starts()
    nameserver.update(nameserver.inputs)
    after = nameserver.starts()
    assert [name for name in before if before[name] != after[name]] == ["knot.service"]
    assert nameserver.says("ls /var/lib/ffinfra") == ""


def test_no_secret_stands_in_the_words_of_a_failure(nameserver: Rolled) -> None:
    secrets = dict(nameserver.inputs.values["secretFiles"])
    keys = secrets["/etc/knot/keys.conf"]
    spoilt = {**keys, "content": keys["content"].replace("secret: ", "secrets: ")}
    values = {**nameserver.inputs.values, "secretFiles": {**secrets, "/etc/knot/keys.conf": spoilt}}
    with pytest.raises(OperationalError, match=r"keys\.conf") as failed:
        nameserver.update(nameserver.inputs.with_values(values))
    assert TRANSFER_SECRET not in str(failed.value)


def test_a_fastd_option_restarts_exactly_the_fastd_instances(supernode: Rolled) -> None:
    assert supernode.refresh() == {}
    units = [unit["name"] for unit in supernode.inputs.values["units"]]
    instances = [name for name in units if name.startswith("fastd-")]
    active = supernode.says(f"systemctl is-active bird dnsmasq nftables {' '.join(instances)}").split()
    assert active == ["active"] * (3 + len(instances))
    before = supernode.starts()
    path = "/etc/fastd/mesh0/fastd.conf"
    supernode.update(supernode.with_text(path, "mtu 1312;", "mtu 1310;"))
    after = supernode.starts()
    assert [name for name in before if before[name] != after[name]] == ["fastd-mesh0.service"]


def test_a_machine_that_does_not_answer_fails_alone_and_says_so(
    nameserver: Rolled, supernode: Rolled
) -> None:
    supernode.ours.machines["sn5"].stop()
    with pytest.raises(OperationalError) as failed:
        supernode.update(supernode.inputs)
    assert failed.value.what.startswith(f"sn5 cannot be reached at root@{supernode.address} port 22: ")
    assert "ssh: connect to host" in failed.value.what
    nameserver.update(nameserver.inputs)
