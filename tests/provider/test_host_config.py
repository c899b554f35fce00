"""HostConfig with transport ``directory``: diff by file, drift, validated and reversible rollouts."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from ffinfra.hosts.rendering import render_host
from ffinfra.hosts.resource_inputs import to_inputs
from ffinfra.problems import OperationalError
from ffinfra.provider.host_config import HostConfig
from ffinfra.provider.properties import UNKNOWN, Properties
from ffinfra.provider.resource_type import PropertyChange, Refusal
from tests.hosts.isolation import needs
from tests.hosts.samples import sample_network, sample_secrets, sample_zones

SECRET_KEYS = frozenset({"secretFiles"})


def _inputs(root: Path, **changes: Any) -> Properties:
    """A small machine without validators."""
    values = {
        "host": "ns1",
        "transport": {"kind": "directory", "path": str(root)},
        "files": {
            "/etc/motd": {"content": "hello\n", "mode": "0644", "owner": "root", "group": "root"},
            "/var/lib/knot/z.zone": {
                "content": "seed\n",
                "mode": "0640",
                "owner": "knot",
                "group": "knot",
                "createOnly": True,
                "units": ["knot.service"],
            },
        },
        "secretFiles": {
            "/etc/knot/keys.conf": {
                "content": "s3cret\n",
                "mode": "0600",
                "owner": "knot",
                "group": "knot",
                "units": ["knot.service"],
            }
        },
        "packages": ["knot"],
        "units": [
            {"name": "nftables.service", "action": "reload", "enabled": True},
            {"name": "knot.service", "action": "reload", "enabled": True},
        ],
    }
    return Properties({**values, **changes}, SECRET_KEYS)


def _with_file(inputs: Properties, path: str, content: str) -> Properties:
    files = {**inputs.values["files"]}
    files[path] = {**files.get(path, {"mode": "0644", "owner": "root", "group": "root"}), "content": content}
    return inputs.with_values({**inputs.values, "files": files})


@contextmanager
def _supervisor(root: Path, answers: list[Mapping[str, Any]]) -> Iterator[list[Any]]:
    """Listens like the lab's supervisor and gives one answer after the other."""
    asked: list[Any] = []
    server = socket.socket(socket.AF_UNIX)
    server.bind(str(root / "activate.sock"))
    server.listen()

    def serve() -> None:
        for answer in answers:
            connection, _peer = server.accept()
            with connection, connection.makefile("rwb") as stream:
                asked.append(json.loads(stream.readline()))
                stream.write(json.dumps(answer).encode() + b"\n")

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield asked
    finally:
        thread.join(10)
        server.close()


def test_create_writes_the_files_with_their_modes_and_keeps_the_secrets_secret(tmp_path: Path) -> None:
    resource_id, outputs = HostConfig().create("ns1", _inputs(tmp_path), preview=False)
    assert resource_id == "ns1"
    assert outputs.secret_keys == SECRET_KEYS
    written = {
        str(path.relative_to(tmp_path)): (path.read_text(), f"{path.stat().st_mode & 0o777:o}")
        for path in sorted(tmp_path.rglob("*"))
        if path.is_file()
    }
    assert written == {
        "ns1/etc/knot/keys.conf": ("s3cret\n", "600"),
        "ns1/etc/motd": ("hello\n", "644"),
        "ns1/var/lib/knot/z.zone": ("seed\n", "640"),
    }


def test_a_preview_touches_nothing(tmp_path: Path) -> None:
    HostConfig().create("ns1", _inputs(tmp_path), preview=True)
    HostConfig().update("ns1", _inputs(tmp_path), _inputs(tmp_path, packages=[]), preview=True)
    assert list(tmp_path.iterdir()) == []


def test_the_difference_names_each_file_and_what_changes_in_it(tmp_path: Path) -> None:
    old = _inputs(tmp_path)
    new = _with_file(_with_file(old, "/etc/motd", "goodbye\n"), "/etc/issue", "here\n")
    del new.values["files"]["/var/lib/knot/z.zone"]
    new = new.with_values({**new.values, "packages": ["knot", "nftables"]})
    assert HostConfig().diff(old, new).changes == {
        'files["/etc/issue"]': PropertyChange.ADD,
        'files["/etc/motd"].content': PropertyChange.UPDATE,
        'files["/var/lib/knot/z.zone"]': PropertyChange.DELETE,
        "packages": PropertyChange.UPDATE,
    }
    assert HostConfig().diff(old, old).changes == {}


def test_another_host_is_another_resource(tmp_path: Path) -> None:
    changes = HostConfig().diff(_inputs(tmp_path), _inputs(tmp_path, host="ns2")).changes
    assert changes == {"host": PropertyChange.UPDATE_REPLACE}


def test_values_that_are_not_known_yet_count_as_changes_and_are_not_refused(tmp_path: Path) -> None:
    old = _inputs(tmp_path)
    new = _with_file(old, "/etc/motd", "hello\n")
    new.values["files"]["/etc/motd"]["content"] = UNKNOWN
    assert HostConfig().diff(old, new).changes == {'files["/etc/motd"].content': PropertyChange.UPDATE}
    assert HostConfig().check(new) == []
    unknown = _inputs(tmp_path, secretFiles=UNKNOWN)
    assert HostConfig().diff(old, unknown).changes == {"secretFiles": PropertyChange.UPDATE}


def test_bad_inputs_are_refused_without_showing_contents(tmp_path: Path) -> None:
    bad = _inputs(
        tmp_path,
        transport={"kind": "pigeon"},
        secretFiles={"/etc/key": {"content": "s3cret", "mode": "0644"}},
    )
    assert HostConfig().check(bad) == [
        Refusal(
            "transport",
            "allowed is {kind: directory, path: /...} or {kind: ssh, address, user, port}",
        ),
        Refusal("secretFiles", "/etc/key holds a secret, its mode 644 lets others read it"),
    ]
    (refusal,) = HostConfig().check(_inputs(tmp_path, files={"/etc/../x": {"content": ""}}))
    assert refusal == Refusal("files", "'/etc/../x' is no absolute path of plain names")


def test_a_refresh_shows_drift_but_leaves_alone_what_belongs_to_a_daemon(tmp_path: Path) -> None:
    resource = HostConfig()
    _id, state = resource.create("ns1", _inputs(tmp_path), preview=False)
    (tmp_path / "ns1/etc/motd").write_text("tampered\n")
    (tmp_path / "ns1/etc/knot/keys.conf").unlink()
    (tmp_path / "ns1/var/lib/knot/z.zone").write_text("the daemon's\n")
    found = resource.read("ns1", state, _inputs(tmp_path))
    assert found is not None
    assert found.outputs.secret_keys == SECRET_KEYS
    assert resource.diff(found.outputs, _inputs(tmp_path)).changes == {
        'files["/etc/motd"].content': PropertyChange.UPDATE,
        'secretFiles["/etc/knot/keys.conf"]': PropertyChange.ADD,
    }
    resource.update("ns1", found.outputs, _inputs(tmp_path), preview=False)
    assert (tmp_path / "ns1/etc/motd").read_text() == "hello\n"
    assert (tmp_path / "ns1/var/lib/knot/z.zone").read_text() == "the daemon's\n"


def test_a_machine_without_any_file_is_gone(tmp_path: Path) -> None:
    assert HostConfig().read("ns1", _inputs(tmp_path), _inputs(tmp_path)) is None


def test_delete_removes_our_files_only(tmp_path: Path) -> None:
    resource = HostConfig()
    _id, state = resource.create("ns1", _inputs(tmp_path), preview=False)
    (tmp_path / "ns1/var/lib/knot/journal").write_text("the daemon's")
    resource.delete("ns1", state)
    resource.delete("ns1", state)
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == ["journal"]


def test_the_supervisor_is_told_what_changed_and_which_units_that_concerns(tmp_path: Path) -> None:
    resource = HostConfig()
    with _supervisor(tmp_path, [{"ok": True}, {"ok": True}]) as asked:
        _id, state = resource.create("ns1", _inputs(tmp_path), preview=False)
        later = _with_file(_inputs(tmp_path), "/etc/motd", "goodbye\n")
        later = later.with_values({**later.values, "units": later.values["units"][1:], "secretFiles": {}})
        resource.update("ns1", state, later, preview=False)
    assert asked == [
        {
            "host": "ns1",
            "units": [{"name": "knot.service", "action": "reload"}],
            "changed": ["/etc/knot/keys.conf", "/etc/motd", "/var/lib/knot/z.zone"],
        },
        {
            "host": "ns1",
            "units": [
                {"name": "knot.service", "action": "reload"},
                {"name": "nftables.service", "action": "stop"},
            ],
            "changed": ["/etc/motd", "/etc/knot/keys.conf"],
        },
    ]


def test_nothing_to_do_is_told_to_nobody(tmp_path: Path) -> None:
    resource = HostConfig()
    _id, state = resource.create("ns1", _inputs(tmp_path), preview=False)
    (tmp_path / "activate.sock").touch()
    resource.update("ns1", state, _inputs(tmp_path), preview=False)


def test_when_the_daemons_do_not_come_up_the_old_files_do(tmp_path: Path) -> None:
    resource = HostConfig()
    _id, state = resource.create("ns1", _inputs(tmp_path), preview=False)
    new = _with_file(_with_file(_inputs(tmp_path), "/etc/motd", "goodbye\n"), "/etc/issue", "here\n")
    refusal = {"ok": False, "message": "knotd: no such zone"}
    with _supervisor(tmp_path, [refusal, {"ok": True}]) as asked, pytest.raises(OperationalError) as failed:
        resource.update("ns1", state, new, preview=False)
    assert str(failed.value) == "ns1: knotd: no such zone. Its old files are in place again"
    assert asked[0] == asked[1]
    assert (tmp_path / "ns1/etc/motd").read_text() == "hello\n"
    assert not (tmp_path / "ns1/etc/issue").exists()


@pytest.mark.full
def test_a_refused_file_leaves_every_old_file_in_place(tmp_path: Path) -> None:
    needs("unshare", "knotc", "nft", "sshd", "visudo", "systemd-analyze")
    configuration = render_host(sample_network(), "ns1", sample_secrets(), sample_zones())
    transport = {"kind": "directory", "path": str(tmp_path)}
    inputs = Properties({**to_inputs(configuration), "transport": transport}, SECRET_KEYS)
    assert HostConfig().check(inputs) == []
    _id, state = HostConfig().create("ns1", inputs, preview=False)
    place = tmp_path / "ns1/etc/knot/knot.conf"
    before = place.read_text()
    assert before == configuration.file("/etc/knot/knot.conf").content

    bad = _with_file(inputs, "/etc/knot/knot.conf", before.replace("slip: 1", "slip: often"))
    bad = _with_file(bad, "/etc/motd", "goodbye\n")
    with pytest.raises(OperationalError, match=r"ns1: /etc/knot/knot.conf is refused by knotc: .*'slip'"):
        HostConfig().update("ns1", state, bad, preview=False)
    assert place.read_text() == before
    assert not (tmp_path / "ns1/etc/motd").exists()
