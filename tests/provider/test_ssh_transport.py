"""HostConfig by SSH: the repository's playbook against real Debian machines with systemd and sshd."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from ffinfra.hosts.rendering import render_host
from ffinfra.hosts.resource_inputs import to_inputs
from ffinfra.lab.nspawn.machine import await_ready
from ffinfra.network.network import Network
from ffinfra.problems import OperationalError
from ffinfra.provider.properties import Properties
from tests.hosts.isolation import needs
from tests.hosts.samples import TRANSFER_SECRET, sample_secrets, sample_zones
from tests.lab.nspawn.machines import Yard, network_with_key, yard
from tests.lab.nspawn.rolled import Rolled
from tests.lab.plugins.engine import REPOSITORY, Engine

pytestmark = [pytest.mark.full, pytest.mark.root]

KNOT = "/etc/knot/knot.conf"
EXPORTER = "/etc/default/prometheus-node-exporter"
MESH = "/etc/systemd/network/30-ffinfra-mesh.netdev"
FASTD = "/etc/fastd/mesh0/fastd.conf"

PROGRAM = """\
import json
from pathlib import Path
import pulumi

class HostConfig(pulumi.CustomResource):
    def __init__(self, name, properties):
        super().__init__("freifunk:index:HostConfig", name, properties)

for machine in json.loads(Path("machines.json").read_text()):
    secrets = pulumi.Output.secret(machine["secretFiles"])
    HostConfig(machine["host"], {**machine, "secretFiles": secrets})
"""


ARCHIVE = """\
set -eu
mkdir -p /srv/archive /srv/made/DEBIAN
cd /srv/archive
cat >/srv/made/DEBIAN/control <<END
Package: ffinfra-example
Version: 1
Architecture: all
Maintainer: Example <root@example.org>
Description: a package without files
END
dpkg-deb --build --root-owner-group /srv/made example.deb >/dev/null
{ cat /srv/made/DEBIAN/control
  echo "Filename: ./example.deb"
  echo "Size: $(stat -c %s example.deb)"
  echo "SHA256: $(sha256sum example.deb | cut -d' ' -f1)"
} >Packages
echo "deb [trusted=yes] file:/srv/archive ./" >list
printf 'Dir::Etc::sourcelist "/srv/archive/list";\\nDir::Etc::sourceparts "-";\\n' >/etc/apt/apt.conf.d/99archive
mv /etc/sudoers.d/90-cloud-init-users /srv/
"""
"""A package in an archive that is apt's only one, and no right to sudo but the rendered file's."""


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
    return Rolled(ours, _with_two_instances(network_with_key(ours.public_key), "sn5"), "sn5")


def _with_two_instances(network: Network, name: str) -> Network:
    """The network with two fastd instances on one supernode."""
    supernodes = tuple(
        node.model_copy(update={"fastd": node.fastd.model_copy(update={"instances": 2})})
        if node.name == name
        else node
        for node in network.supernodes
    )
    return network.model_copy(update={"supernodes": supernodes})


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
    changed = nameserver.with_text(KNOT, "slip: 1", "slip: 2")
    assert "slip: 2" in nameserver.says(f"cat {KNOT}")
    nameserver.says("mkdir -p /var/lib/ffinfra && echo knot.service >/var/lib/ffinfra/unfinished-units")
    before = nameserver.starts()
    nameserver.update(changed)
    after = nameserver.starts()
    assert [name for name in before if before[name] != after[name]] == ["knot.service"]
    assert nameserver.says("ls /var/lib/ffinfra") == ""


def test_an_administrators_account_rolls_out_and_a_missing_package_is_installed(nameserver: Rolled) -> None:
    nameserver.says(ARCHIVE)
    assert "slip: 2" in nameserver.says(f"cat {KNOT}")
    wanted = nameserver.inputs.values
    try:
        nameserver.update(
            nameserver.inputs.with_values(
                {
                    **wanted,
                    "packages": [*wanted["packages"], "ffinfra-example"],
                    "transport": {**wanted["transport"], "user": "alex"},
                }
            )
        )
        shown = f"dpkg-query -W -f '${{db:Status-Status}} ' ffinfra-example; stat -c '%U' {KNOT}; grep slip: {KNOT}"
        assert nameserver.says(shown).split() == ["installed", "root", "slip:", "1"]
        assert nameserver.says("ls -d /home/alex/.ansible") == "/home/alex/.ansible"
    finally:
        nameserver.says("mv /srv/90-cloud-init-users /etc/sudoers.d/; rm /etc/apt/apt.conf.d/99archive")


def test_no_secret_stands_in_the_words_of_a_failure(nameserver: Rolled) -> None:
    secrets = dict(nameserver.inputs.values["secretFiles"])
    keys = secrets["/etc/knot/keys.conf"]
    spoilt = {**keys, "content": keys["content"].replace("secret: ", "secrets: ")}
    values = {**nameserver.inputs.values, "secretFiles": {**secrets, "/etc/knot/keys.conf": spoilt}}
    with pytest.raises(OperationalError, match=r"keys\.conf") as failed:
        nameserver.update(nameserver.inputs.with_values(values))
    assert TRANSFER_SECRET not in str(failed.value)


@pytest.mark.parametrize(("name", "ports"), [("nameserver", (9100,)), ("supernode", (9100, 9324))])
def test_exporters_listen_at_the_management_address_and_nowhere_else(
    name: str, ports: tuple[int, ...], request: pytest.FixtureRequest
) -> None:
    machine: Rolled = request.getfixturevalue(name)
    listening = machine.says("ss -Hltn '( sport = :9100 or sport = :9324 )'").splitlines()
    assert sorted(line.split()[3] for line in listening) == [f"{machine.address}:{port}" for port in ports]


def test_a_fastd_option_restarts_exactly_the_fastd_instances(supernode: Rolled) -> None:
    assert supernode.refresh() == {}
    units = [unit["name"] for unit in supernode.inputs.values["units"]]
    instances = [name for name in units if name.startswith("fastd-")]
    active = supernode.says(f"systemctl is-active bird dnsmasq nftables {' '.join(instances)}").split()
    assert active == ["active"] * (3 + len(instances))
    before = supernode.starts()
    supernode.update(supernode.with_text(FASTD, "mtu 1312;", "mtu 1310;"))
    after = supernode.starts()
    assert [name for name in before if before[name] != after[name]] == ["fastd-mesh0.service"]


def test_a_changed_interface_is_made_anew_with_its_ports_and_put_back_when_something_fails(
    supernode: Rolled,
) -> None:
    supernode.says("ip link add port type veth peer name far && ip link set port master br-mesh up")
    stp = "ip -details link show br-mesh | grep -o 'stp_state .'"
    ports = "ip -brief link show master br-mesh | cut -d@ -f1"
    assert supernode.says(stp) == "stp_state 0"
    changed = supernode.with_text(MESH, "STP=no", "STP=yes")
    supernode.update(changed)
    assert supernode.says(f"{stp}; {ports}") == "stp_state 1\nport"

    commented = changed.values["files"][MESH]["content"] + "# a word\n"
    index = "ip -oneline link show br-mesh | cut -d: -f1"
    number = supernode.says(index)
    supernode.update(_with_content(changed, MESH, commented))
    assert supernode.says(index) == number

    wrong = changed.values["files"][EXPORTER]["content"].replace(supernode.address, "192.0.2.54")
    with pytest.raises(OperationalError, match="prometheus-node-exporter"):
        supernode.update(_with_content(supernode.inputs, EXPORTER, wrong))
    assert supernode.says(f"{stp}; {ports}; ls /var/lib/ffinfra") == "stp_state 1\nport"
    supernode.update(supernode.inputs)
    assert supernode.says(stp) == "stp_state 0"


def test_an_instance_less_stops_it_and_lets_its_clients_go_at_once(supernode: Rolled) -> None:
    plant = "conntrack --create --proto udp --timeout 90 --src {0} --sport 5000 --dst 203.0.113.11"
    plant += " --dport 10000 --reply-src 203.0.113.11 --reply-dst {0} --reply-port-src {1}"
    plant += " --reply-port-dst 5000"
    for client, port in (("198.51.100.7", 10001), ("198.51.100.8", 10002)):
        supernode.says(plant.format(client, port))
    before = supernode.starts()
    assert supernode.says("systemctl is-active fastd-mesh1.service") == "active"

    fewer = render_host(network_with_key(supernode.ours.public_key), "sn5", sample_secrets(), sample_zones())
    values = {**to_inputs(fewer), "transport": supernode.inputs.values["transport"]}
    supernode.update(supernode.inputs.with_values(values))

    left = supernode.says(
        "conntrack --dump --proto udp --orig-port-dst 10000 2>/dev/null | grep -o 'sport=1000.'"
    )
    assert left == "sport=10001"
    shown = "systemctl show --value -p LoadState -p ActiveState fastd-mesh1.service"
    running = "pgrep -fc '[m]esh1/fastd.conf' || true; find /etc -name '*mesh1*' -not -type d"
    assert supernode.says(f"{shown}; {running}").split() == ["not-found", "inactive", "0"]
    after = supernode.starts()
    assert "fastd-mesh0.service" not in [name for name in before if before[name] != after[name]]


@pytest.mark.long
def test_in_the_engine_a_machine_without_power_fails_alone_and_the_next_run_finishes(
    ours: Yard, nameserver: Rolled, supernode: Rolled, tmp_path: Path
) -> None:
    engine = _engine(ours, tmp_path)
    _declare(engine, nameserver.inputs, supernode.inputs)
    engine.up()
    nameserver_wanted = nameserver.with_text(KNOT, "slip: 1", "slip: 2")
    supernode_wanted = supernode.with_text(FASTD, "mtu 1312;", "mtu 1310;")
    _declare(engine, nameserver_wanted, supernode_wanted)
    engine.run("preview", "--save-plan", "plan.json")
    ours.machines["sn5"].cut_power()
    said = engine.up("--plan", "plan.json", "--continue-on-error", fails=True)
    assert f"sn5 cannot be reached at root@{supernode.address} port 22: " in said
    assert "ssh: connect to host" in said
    assert "ns1 cannot be reached" not in said
    assert "slip: 2" in nameserver.says(f"cat {KNOT}")
    assert engine.steps() == {"sn5": "update"}

    machine = ours.machines["sn5"]
    machine.restore_power()
    await_ready(machine, lambda: ours.ssh(supernode.address, "true", check=False).returncode == 0)
    engine.run("preview", "--save-plan", "plan.json")
    engine.up("--plan", "plan.json", "--continue-on-error")
    assert "mtu 1310;" in supernode.says(f"cat {FASTD}")
    assert engine.steps() == {}


def _with_content(inputs: Properties, path: str, content: str) -> Properties:
    files = {**inputs.values["files"], path: {**inputs.values["files"][path], "content": content}}
    return inputs.with_values({**inputs.values, "files": files})


def _engine(ours: Yard, folder: Path) -> Engine:
    """A project of two machines, which reaches them as this test does."""
    engine = Engine(folder / "engine", {**ours.ansible_environment, "PULUMI_DEBUG_COMMANDS": "1"})
    plugins = {"providers": [{"name": "freifunk", "path": str(REPOSITORY / "plugins" / "freifunk")}]}
    (engine.project / "Pulumi.yaml").write_text(
        json.dumps({"name": "example", "runtime": "python", "plugins": plugins})
    )
    engine.program(PROGRAM)
    engine.init()
    return engine


def _declare(engine: Engine, *machines: Properties) -> None:
    (engine.project / "machines.json").write_text(json.dumps([dict(one.values) for one in machines]))
