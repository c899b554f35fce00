"""The firmware's peers: written from the model, and an old site.conf beside it."""

from __future__ import annotations

import contextlib
import re
import subprocess

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ffinfra.hosts.firmware_losses import LossKind
from ffinfra.hosts.lua_table import read_lua_table
from ffinfra.hosts.site_conf import check_site_conf, mesh_vpn
from ffinfra.network.network import Network
from ffinfra.problems import InvalidInputError
from tests.hosts.isolation import needs
from tests.hosts.samples import sample_network

SN1_KEY = sample_network().supernodes[0].fastd.public_key

OLD = f"""\
-- site.conf of last year
{{
  hostname_prefix = 'ffm-',
  site_name = [[Freifunk
Musterstadt]],
  mesh_vpn = {{
    mtu = 1406;  --[[ from the times before
                      DS-Lite ]]
    fastd = {{
      methods = {{'salsa2012+umac', "null"}},
      groups = {{
        backbone = {{
          limit = 1,
          peers = {{
            sn1 = {{
              key = '{SN1_KEY}',
              remotes = {{'"sn1.mesh.musterstadt.example" port 10000', '192.0.2.99 port 10000'}},
            }},
            sn2 = {{key = '{"ab" * 32}', remotes = {{'192.0.2.12 port 10000'}}}},
          }},
          groups = {{
            old = {{
              peers = {{
                ['super-1'] = {{key = '{"cd" * 32}', remotes = '"super1.example" port 10001'}},
                again = {{
                  key = '{sample_network().supernodes[2].fastd.public_key}',
                  remotes = {{'"gw3.musterstadt.example":10002', 'nonsense'}},
                }},
              }},
            }},
          }},
        }},
      }},
    }},
  }},
}}
"""


def test_what_we_write_loses_nothing() -> None:
    network = sample_network()
    written = "{" + mesh_vpn(network) + "}"
    checked = check_site_conf(network, written, "site.conf")
    assert (checked.losses, checked.untold) == ((), ())


def test_an_old_site_conf_and_what_its_nodes_would_lose() -> None:
    checked = check_site_conf(sample_network(), OLD, "site.conf")
    assert [(loss.kind, loss.peer, loss.what) for loss in checked.losses] == [
        (LossKind.MTU_DIFFERS, "", "the firmware's tunnels have an MTU of 1406, the supernodes' 1312"),
        (LossKind.ADDRESS_NOT_OURS, "sn1", "the firmware calls sn1 at 192.0.2.99, which is not its address"),
        (
            LossKind.KEY_CHANGED,
            "sn2",
            "the firmware knows sn2 by the key abababab…, its key is now e12accf2…",
        ),
        (
            LossKind.PEER_VANISHED,
            "super-1",
            "the peer super-1 with the key cdcdcdcd… is no supernode any more",
        ),
        (
            LossKind.NAME_UNKNOWN,
            "again",
            "whether gw3.musterstadt.example leads to sn3 is not in the declaration",
        ),
        (LossKind.PORT_CHANGED, "again", "the firmware calls again at port 10002, it listens at 10000"),
        (LossKind.UNREADABLE, "again", "the remote 'nonsense' of again is not understood"),
    ]
    assert checked.untold == ("sn2", "sn4", "sn5", "sn6")


def test_a_firmware_whose_methods_nobody_speaks() -> None:
    text = "{mesh_vpn = {fastd = {methods = {'aes128-ctr+umac'}}}}"
    losses = check_site_conf(sample_network(), text, "site.conf").losses
    assert [loss.kind for loss in losses] == [LossKind.NO_COMMON_METHOD, LossKind.NO_PEER]


@pytest.mark.parametrize("text", ["{}", "{mesh_vpn = {mtu = 1312}}", "{mesh_vpn = {fastd = {groups = {}}}}"])
def test_a_file_without_a_peer_is_no_file_that_loses_nothing(text: str) -> None:
    checked = check_site_conf(sample_network(), text, "site.conf")
    (loss,) = checked.losses
    assert (loss.kind, loss.peer) == (LossKind.NO_PEER, "")
    assert checked.untold == tuple(node.name for node in sample_network().supernodes)


def _with_wireguard() -> Network:
    values = sample_network().model_dump(mode="json")
    for index, letter in ((0, "k"), (1, "m")):
        link = f"fe80::{index + 1}"
        values["supernodes"][index]["wireguard"] = {"public_key": letter * 43 + "=", "link_address": link}
    return Network.model_validate(values)


def test_what_nodes_with_wireguard_would_lose() -> None:
    text = f"""{{mesh_vpn = {{wireguard = {{peers = {{
      sn1 = {{public_key = '{"k" * 43}=', endpoint = '192.0.2.99:51821', link_address = 'fe80::9'}},
      sn2 = {{public_key = '{"x" * 43}=', endpoint = 'sn2.mesh.musterstadt.example:51820', link_address = 'fe80::2'}},
      gone = {{public_key = '{"y" * 43}=', endpoint = 'gone.example:51820', link_address = 'fe80::3'}},
      two = {{public_key = '{"m" * 43}=', endpoint = 'nowhere', link_address = 'fe80:0::2'}},
    }}}}}}}}"""
    checked = check_site_conf(_with_wireguard(), text, "site.conf")
    assert [(loss.kind, loss.peer, loss.what) for loss in checked.losses] == [
        (LossKind.ADDRESS_NOT_OURS, "sn1", "the firmware calls sn1 at 192.0.2.99, which is not its address"),
        (LossKind.PORT_CHANGED, "sn1", "the firmware calls sn1 at port 51821, it listens at 51820"),
        (
            LossKind.LINK_ADDRESS_CHANGED,
            "sn1",
            "the firmware looks for sn1 at fe80::9 inside the tunnel, it is at fe80::1",
        ),
        (
            LossKind.KEY_CHANGED,
            "sn2",
            "the firmware knows sn2 by the key xxxxxxxx…, its key is now mmmmmmmm…",
        ),
        (LossKind.PEER_VANISHED, "gone", "the peer gone with the key yyyyyyyy… is no supernode any more"),
        (LossKind.UNREADABLE, "two", "the endpoint 'nowhere' of two is not understood"),
    ]
    assert checked.untold == ("sn3", "sn4", "sn5", "sn6")


def test_what_we_write_for_wireguard_loses_nothing() -> None:
    network = _with_wireguard()
    checked = check_site_conf(network, "{" + mesh_vpn(network) + "}", "site.conf")
    assert (checked.losses, checked.untold) == ((), ())


def test_wireguard_peers_are_written_where_they_are_declared() -> None:
    values = sample_network().model_dump(mode="json")
    values["supernodes"][0]["wireguard"] = {
        "public_key": "k" * 43 + "=",
        "link_address": "fe80::1",
    }
    site = read_lua_table("{" + mesh_vpn(Network.model_validate(values)) + "}", "site.conf")
    assert site["mesh_vpn"]["wireguard"] == {  # type: ignore[index]
        "peers": {
            "sn1": {
                "public_key": "k" * 43 + "=",
                "endpoint": "sn1.mesh.musterstadt.example:51820",
                "link_address": "fe80::1",
            }
        }
    }


@pytest.mark.full
def test_fastd_understands_every_remote() -> None:
    needs("fastd")
    remotes = re.findall(r"'((?:ipv|\d|\[).* port \d+)'", mesh_vpn(sample_network()))
    assert len(remotes) == 24
    peers = "".join(f"remote {remote};\n" for remote in remotes)
    text = f'mode tap;\nmethod "null";\nsecret "{"11" * 32}";\npeer "p" {{\nkey "{SN1_KEY}";\n{peers}}}\n'
    done = subprocess.run(
        ["fastd", "--verify-config", "--config", "-"], input=text, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{\n a = f(),\n}", "site.conf:2: '(' is not read"),
        ("{a = 'x' .. 'y'}", "site.conf:1: '.' is not read"),
        ("{\n{\n1 2}}", "site.conf:3: found 2. Expected is a comma or }"),
        ("{a = {", "site.conf:1: found the end of the file"),
        ("a = 1", "site.conf:1: found a. Expected is a table: {"),
        ("{} {}", "site.conf:1: found {. Expected is the end of the file"),
        ("{" * 60, "at most 50 tables inside each other"),
    ],
)
def test_what_is_no_table_of_plain_values_is_named(text: str, said: str) -> None:
    with pytest.raises(InvalidInputError, match=re.escape(said)):
        read_lua_table(text, "site.conf")


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    for whole in (text, "{" + text + "}"):
        with contextlib.suppress(InvalidInputError):
            assert isinstance(read_lua_table(whole, "site.conf"), dict)
