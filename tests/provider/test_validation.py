"""Real validators judge what a machine would have, beside the other new files."""

from __future__ import annotations

import dataclasses
import shutil

import pytest

from ffinfra.hosts.configuration import HostConfiguration, HostFile
from ffinfra.hosts.rendering import configured_machines, render_host
from ffinfra.hosts.validators import VALIDATOR_PROGRAMS, Validator, ValidatorProgram, complaint
from ffinfra.problems import OperationalError
from ffinfra.provider.validation import validate
from tests.hosts.isolation import needs
from tests.hosts.samples import sample_network, sample_secrets, sample_zones

_PROGRAMS = ("unshare", "tar", *(program.program for program in VALIDATOR_PROGRAMS.values()))

MISTAKES = {
    Validator.KNOT: ("ns1", "/etc/knot/knot.conf", "rate-limit: 200", "rate-limits: 200"),
    Validator.FASTD: ("sn3", "/etc/fastd/mesh0/fastd.conf", "mtu 1312;", "mtu 100;"),
    Validator.NFTABLES: ("sn3", "/etc/nftables.conf", "jump always", "jump nowhere"),
    Validator.BIRD: ("sn3", "/etc/bird/bird.conf", "import filter default4", "import filter default5"),
    Validator.DNSMASQ: ("sn3", "/etc/dnsmasq.d/ffinfra.conf", "enable-ra", "enable-raa"),
    Validator.SSHD: ("sn3", "/etc/ssh/sshd_config.d/50-ffinfra.conf", "MaxAuthTries 4", "MaxTries 4"),
    Validator.SUDOERS: ("sn3", "/etc/sudoers.d/ffinfra", "NOPASSWD: ALL", "NOPASSWORD: ALL"),
    Validator.SYSTEMD_UNIT: (
        *("sn3", "/etc/systemd/system/fastd-mesh0.service"),
        *("Restart=always", "Restart=sometimes"),
    ),
    Validator.LIBVIRT_DOMAIN: ("vm1", "/etc/ffinfra/guests/sn1/domain.xml", "<acpi/>", "<acpj/>"),
    Validator.SHELL: ("sn3", "/usr/local/sbin/ffinfra-kernel", "esac\n", "\n"),
}
"""Validator -> machine, file, what is right, what is wrong."""


def _rendered(name: str) -> HostConfiguration:
    return render_host(sample_network(), name, sample_secrets(), sample_zones())


def _with_mistake(files: tuple[HostFile, ...], path: str, right: str, wrong: str) -> tuple[HostFile, ...]:
    (file,) = (file for file in files if file.path == path)
    assert right in file.content
    spoilt = dataclasses.replace(file, content=file.content.replace(right, wrong))
    return tuple(spoilt if file.path == path else file for file in files)


@pytest.mark.full
@pytest.mark.parametrize("name", [machine.name for machine in configured_machines(sample_network())])
def test_every_file_of_every_machine_is_accepted(name: str) -> None:
    needs(*_PROGRAMS)
    files = _rendered(name).files
    validate(name, files, [file for file in files if file.validator])


def test_every_validator_has_its_mistake() -> None:
    assert set(MISTAKES) == set(Validator) == set(VALIDATOR_PROGRAMS)


@pytest.mark.full
@pytest.mark.parametrize("validator", list(Validator))
def test_a_mistake_is_refused_in_the_daemons_own_words(validator: Validator) -> None:
    needs(*_PROGRAMS)
    name, path, right, wrong = MISTAKES[validator]
    files = _with_mistake(_rendered(name).files, path, right, wrong)
    with pytest.raises(OperationalError) as refused:
        validate(name, files, [file for file in files if file.validator])
    program = VALIDATOR_PROGRAMS[validator].program
    assert refused.value.what.startswith(f"{name}: {path} is refused by {program}: ")
    assert len(refused.value.what) > len(f"{name}: {path} is refused by {program}: ") + 10


@pytest.mark.full
def test_words_that_stand_in_a_secret_file_are_not_shown() -> None:
    needs(*_PROGRAMS)
    files = _with_mistake(
        _rendered("ns1").files, "/etc/knot/keys.conf", "algorithm: hmac-sha256", "algorithm: hmac-sha257"
    )
    secret = sample_secrets().tsig["transfer"]
    files = _with_mistake(files, "/etc/knot/keys.conf", f"secret: {secret}", f"secrets: {secret}")
    with pytest.raises(OperationalError, match=r"keys\.conf") as refused:
        validate("ns1", files, [file for file in files if file.validator])
    assert secret not in str(refused.value)


def test_a_missing_validator_is_an_error_that_names_the_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda *_arguments, **_options: None)
    file = HostFile(path="/etc/bird/bird.conf", content="", validator=Validator.BIRD)
    with pytest.raises(OperationalError) as missing:
        validate("sn1", [file], [file])
    assert str(missing.value) == (
        "no file may be written unchecked, and these validators are not installed: bird. "
        "Install them: apt-get install bird2"
    )


@pytest.mark.parametrize(
    ("exit_code", "words", "expected"),
    [
        (0, "", None),
        (0, "warning: unknown setting", "warning: unknown setting"),
        (1, "a: Command /usr/sbin/ethtool is not executable: No such file or directory", None),
        (
            *(1, "a: Command /x is not executable: No such file or directory\nbad line 3"),
            "bad line 3",
        ),
        (3, "", "judge ended with 3 and said nothing"),
    ],
)
def test_complaints_of_a_validator_that_must_be_silent(
    exit_code: int, words: str, expected: str | None
) -> None:
    tolerated = VALIDATOR_PROGRAMS[Validator.SYSTEMD_UNIT].tolerated
    program = ValidatorProgram(arguments=("judge",), package="judge", silent=True, tolerated=tolerated)
    assert complaint(program, exit_code, words) == expected
