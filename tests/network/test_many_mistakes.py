"""Every mistake in the declarations is told in one go, by ``ffinfra config check``."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from tests.network.sample import project_with

TEN_MISTAKES = {
    "monthly_budget: 240": "monthly_bugdet: 240",
    "nodes: 420": "nodes: many",
    "        cores: 16\n": "        cores: 8\n",
    "platform: hcloud": "platform: hcluod",
    "      - name: sn3\n        host: vm2": "      - name: sn3\n        host: vm9",
    "ipv4: 198.51.100.12\n": "ipv4: 198.51.100.11\n",
    "ipv4: 203.0.113.161/27": "ipv4: 203.0.113.135/27",
    "        ipv4: 203.0.113.53\n        ipv6: 2001:db8:3:53::1\n": "",
}

TOLD = """\
10 mistakes in the input
Pulumi.prod.yaml:4:3: config.ffinfra:network.monthly_budget: monthly_budget is missing. \
Add it: EUR a month; more is a finding of the gate.
Pulumi.prod.yaml:7:5: config.ffinfra:network.monthly_bugdet: monthly_bugdet is no setting here. \
Did you mean monthly_budget?
Pulumi.prod.yaml:18:7: config.ffinfra:network.mesh.nodes: 'many' is not accepted. \
Allowed is a whole number, without quotes
Pulumi.prod.yaml:33:9: config.ffinfra:network.hosts[0].cores: the guests of vm1 take 14 cores, it has 8. \
Make a guest smaller or move one (sn1, sn2, ns1)
Pulumi.prod.yaml:58:9: config.ffinfra:network.hosts[2].platform: 'hcluod' is not accepted. \
Allowed is one of dedicated, hcloud
Pulumi.prod.yaml:110:9: config.ffinfra:network.supernodes[2].host: unknown host vm9. \
Did you mean vm2? Declared are: hc1, vm1, vm2
Pulumi.prod.yaml:133:9: config.ffinfra:network.supernodes[3].ipv4: 198.51.100.11 is already the address at \
supernodes[2].ipv4. Each needs one of its own
Pulumi.prod.yaml:178:11: config.ffinfra:network.supernodes[5].mesh.ipv4: prefix 203.0.113.128/27 overlaps \
203.0.113.128/27 at supernodes[4].mesh.ipv4. Give each supernode a prefix of its own
Pulumi.prod.yaml:179:11: config.ffinfra:network.supernodes[5].mesh.dhcp_first: the DHCP pool 203.0.113.162 to \
203.0.113.190 does not lie in 203.0.113.128/27 beside 203.0.113.135. \
Choose first and last inside the prefix, in order, without the supernode's own address
Pulumi.prod.yaml:207:9: config.ffinfra:network.nameservers[2]: ns3 has no address. Give ipv4, ipv6 or both
"""


def _check(project: Path, *options: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "ffinfra.cli", "config", "check", "--project", str(project), *options]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)


def test_ten_mistakes_of_all_kinds_in_one_go(tmp_path: Path) -> None:
    answer = _check(project_with(tmp_path / "project", TEN_MISTAKES, {}))
    assert (answer.returncode, answer.stdout, answer.stderr) == (2, "", TOLD)


def test_mistakes_in_one_and_the_same_declaration(tmp_path: Path) -> None:
    changes = {
        "      - name: ns2\n        host: vm2\n": "      - name: ns2\n        host: vm7\n        colour: red\n",
        "ipv4: 198.51.100.53\n": "ipv4: 192.0.2.53\n",
        "role: secondary\n        fqdn: ns2.mesh": "role: master\n        fqdn: NS2.mesh",
    }
    answer = _check(project_with(tmp_path / "project", changes, {}))
    at = "config.ffinfra:network.nameservers[1]"
    assert answer.stderr == (
        "5 mistakes in the input\n"
        f"Pulumi.prod.yaml:201:9: {at}.host: unknown host vm7. Did you mean vm2? Declared are: hc1, vm1, vm2\n"
        f"Pulumi.prod.yaml:202:9: {at}.colour: colour is no setting here. Known are: as_found, fqdn, host, "
        "ipv4, ipv6, kernel, mac, management_address, name, role, size\n"
        f"Pulumi.prod.yaml:204:9: {at}.ipv4: 192.0.2.53 is already the address at nameservers[0].ipv4. "
        "Each needs one of its own\n"
        f"Pulumi.prod.yaml:206:9: {at}.role: 'master' is not accepted. Allowed is one of 'primary' or 'secondary'\n"
        f"Pulumi.prod.yaml:207:9: {at}.fqdn: 'NS2.mesh.musterstadt.example' is not accepted. Allowed is a domain "
        "name of two labels or more, lower case, without the final dot (such as ns1.mesh.example)\n"
    )


def test_both_files_are_told_together_and_for_other_tools_too(tmp_path: Path) -> None:
    changes = {
        "monthly_budget: 240": "monthly_budget: 240\n    monthly_budget: 250",
        "nodes: 420": "nodes: 0420",
    }
    delegations = {"backend: cloudflare": "backend: route53", "{name: oxygen.": "{name: hydrogen."}
    answer = _check(project_with(tmp_path / "project", changes, delegations), "--json")
    told = [
        (one["file"], one["line"], one["path"], one["what"]) for one in json.loads(answer.stdout)["problems"]
    ]
    network = "config.ffinfra:network"
    assert answer.returncode == 2
    assert told == [
        ("Pulumi.prod.yaml", 8, f"{network}.monthly_budget", "monthly_budget stands twice, first in line 7"),
        (
            "Pulumi.prod.yaml",
            19,
            f"{network}.mesh.nodes",
            "0420 begins with a zero, which some read as octal",
        ),
        ("dns/delegations.yaml", 5, "parent.backend", "'route53' is not accepted"),
        (
            "dns/delegations.yaml",
            16,
            "nameservers.fallback[1].name",
            "hydrogen.ns.hetzner.example stands already at nameservers.fallback[0].name",
        ),
    ]
