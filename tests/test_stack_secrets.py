"""Secrets that a stack lacks: all at once, with the line that sets each, and never a value."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pulumi
import pytest

from components import settings
from ffinfra.dns.delegation.parents import UpdatedParent
from ffinfra.network.as_found import AsFound
from ffinfra.problems import InvalidInputError
from ffinfra.stack import read_declarations, read_stack
from ffinfra.stack_kind import StackKind
from ffinfra.stack_secrets import failover_secret_problems, hosts_secret_problems
from ffinfra.yaml_document import scan_document

ROOT = Path(__file__).resolve().parents[1]
TSIG, FASTD = "A" * 43 + "=", "0123456789abcdef" * 4
SUPERNODES = [f"sn{number}" for number in range(1, 7)]
VALUE = "not-to-be-shown"


def _configuration(**changes: Any) -> dict[str, Any]:
    """What the engine passes in for ``prod``, all secrets in place but for some."""
    network = scan_document(ROOT / "Pulumi.prod.yaml", "Pulumi.prod.yaml").value
    assert isinstance(network, dict)
    return {
        "ffinfra:network": network["config"]["ffinfra:network"],
        "ffinfra:tsig": {"update": TSIG, "transfer": TSIG},
        "ffinfra:fastdSecrets": dict.fromkeys(SUPERNODES, FASTD),
        **changes,
    }


def _told(configuration: dict[str, Any]) -> list[str]:
    with pytest.raises(InvalidInputError) as caught:
        read_stack(ROOT, "prod", configuration)
    return [str(problem) for problem in caught.value.problems]


def _set(path: str, form: str) -> str:
    return f"Set it: pulumi config set --secret --path '{path}' -s prod ({form})"


BASE64 = "32 random octets in base64, such as head -c 32 /dev/urandom | base64 -w 0 prints"
HEX = "64 hex digits, which fastd --generate-key prints as Secret"


def test_a_stack_with_all_its_secrets_is_read() -> None:
    assert read_stack(ROOT, "prod", _configuration()).kind is StackKind.PROD


def test_a_machine_whose_configuration_stays_as_found_needs_no_secret_of_ours() -> None:
    read = read_declarations(ROOT)
    left = {"as_found": (AsFound.CONFIGURATION,)}
    network = read.network.model_copy(
        update={
            "supernodes": tuple(one.model_copy(update=left) for one in read.network.supernodes),
            "nameservers": tuple(one.model_copy(update=left) for one in read.network.nameservers),
        }
    )
    problems = hosts_secret_problems("prod", network, read.delegations, {})
    assert [one.path for one in problems] == ["config.ffinfra:tsig.update"]


def test_everything_that_is_missing_or_malformed_is_told_at_once() -> None:
    fastd = {**dict.fromkeys(SUPERNODES, FASTD), "sn2": VALUE}
    del fastd["sn5"]
    configuration = _configuration(
        **{"ffinfra:tsig": {"transfer": VALUE, "Friend": TSIG}, "ffinfra:fastdSecrets": fastd}
    )
    told = _told(configuration)
    at = "Pulumi.prod.yaml: config.ffinfra:"
    assert told == [
        f"{at}tsig.transfer: is not base64 of 16 octets or more. {_set('ffinfra:tsig.transfer', BASE64)}",
        f"{at}tsig.update: is missing. {_set('ffinfra:tsig.update', BASE64)}",
        f"{at}tsig.Friend: is no name of a TSIG key. {_set('ffinfra:tsig.Friend', BASE64)}",
        f"{at}fastdSecrets.sn2: is not of 64 lower-case hex digits. {_set('ffinfra:fastdSecrets.sn2', HEX)}",
        f"{at}fastdSecrets.sn5: is missing. {_set('ffinfra:fastdSecrets.sn5', HEX)}",
    ]
    assert not any(VALUE in line for line in told)


def test_a_text_where_a_mapping_is_wanted() -> None:
    (told,) = _told(_configuration(**{"ffinfra:tsig": VALUE}))
    assert told == (
        "Pulumi.prod.yaml: config.ffinfra:tsig: is no mapping of names to secrets."
        " Remove it (pulumi config rm ffinfra:tsig -s prod), then set each by its name"
    )


def test_the_keys_of_friends_and_of_the_parent_are_asked_for() -> None:
    declared = read_declarations(ROOT)
    zones = [{"zone": "ff.musterstadt.example", "fallback": {"backend": "friend", "key": "society"}}]
    plain = declared.delegations.model_dump(mode="json", exclude_none=True)
    friends = type(declared.delegations).model_validate({**plain, "zones": zones})
    given = {"ffinfra:tsig": {"update": TSIG, "transfer": TSIG}}
    found = hosts_secret_problems("prod", declared.network, friends, {**_configuration(), **given})
    assert [problem.path for problem in found] == ["config.ffinfra:tsig.society"]
    parent = UpdatedParent(zone="musterstadt.example", backend="rfc2136", server="192.0.2.9", key="parent")
    updated = declared.delegations.model_copy(update={"parent": parent})
    assert [problem.path for problem in failover_secret_problems("failover", updated, {})] == [
        "config.ffinfra:tsig.parent"
    ]


def test_the_program_says_it_without_a_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    configuration = _configuration(**{"ffinfra:tsig": {"update": VALUE, "transfer": TSIG}})
    monkeypatch.setattr(settings, "structured", lambda _: configuration)
    monkeypatch.setattr(pulumi, "get_stack", lambda: "prod")
    with pytest.raises(pulumi.RunError) as caught:
        settings.read_settings(ROOT)
    assert str(caught.value) == (
        "1 mistake in the input:\nPulumi.prod.yaml: config.ffinfra:tsig.update:"
        f" is not base64 of 16 octets or more. {_set('ffinfra:tsig.update', BASE64)}"
    )
