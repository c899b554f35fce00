from __future__ import annotations

import pytest

from ffinfra.lab.plugins.fields import Family
from ffinfra.lab.plugins.hcloud.actions import Actions
from ffinfra.lab.plugins.hcloud.errors import told
from ffinfra.lab.plugins.remote import CancelledError, RemoteError
from tests.lab.plugins.answers import ended, failed, poll, running
from tests.lab.plugins.verbs import Hcloud


def actions(hcloud: Hcloud, family: Family = Family.SDK_V2) -> Actions:
    return hcloud.settings.connection.actions(family)


def test_what_came_as_ended_or_not_at_all_is_not_asked_for(hcloud: Hcloud) -> None:
    actions(hcloud).wait_each([ended(1), None, {}])
    assert hcloud.api.asked() == []


@pytest.mark.parametrize(
    ("family", "waits"),
    [
        (Family.SDK_V2, [0.5, 1, 2, 4, 8, 16, 32, 60, 60]),
        (Family.FRAMEWORK, [0.5, 1, 2, 4, 8, 10, 10, 10, 10]),
    ],
)
def test_polls_are_further_and_further_apart(hcloud: Hcloud, family: Family, waits: list[float]) -> None:
    hcloud.api.on(poll(1), *[{"actions": [running(1)]}] * 8, {"actions": [ended(1)]})
    actions(hcloud, family).wait_each([running(1)])
    assert (hcloud.waiter.waits, hcloud.api.asked()) == (waits, [poll(1)] * 9)


def test_only_what_still_runs_is_asked_for_again_25_at_a_time(hcloud: Hcloud) -> None:
    first, second = list(range(1, 26)), [26, 27]
    hcloud.api.on(poll(*first), {"actions": [ended(number) for number in first]})
    hcloud.api.on(poll(*second), {"actions": [running(26), ended(27)]})
    hcloud.api.on(poll(26), {"actions": [ended(26)]})
    actions(hcloud).wait_each([running(number) for number in first + second])
    assert hcloud.api.asked() == [poll(*first), poll(*second), poll(26)]


def test_further_pages_are_read(hcloud: Hcloud) -> None:
    hcloud.api.on(poll(1, 2), {"actions": [ended(1)], "meta": {"pagination": {"next_page": 2}}})
    second = poll(1, 2).replace("page=1", "page=2")
    hcloud.api.on(second, {"actions": [ended(2)], "meta": {"pagination": {"next_page": None}}})
    actions(hcloud).wait_each([running(1), running(2)])
    assert hcloud.api.asked() == [poll(1, 2), second]


def test_a_forgotten_action_fails(hcloud: Hcloud) -> None:
    hcloud.api.on(poll(1, 2), {"actions": [ended(2)]})
    with pytest.raises(RemoteError, match=r"actions not found: \[1\]"):
        actions(hcloud).wait_each([running(1), running(2)])


def test_the_older_family_tells_the_first_error(hcloud: Hcloud) -> None:
    with pytest.raises(RemoteError) as raised:
        actions(hcloud).wait_each([failed(1011), failed(1012)])
    assert str(told(raised.value, Family.SDK_V2)) == "Action failed for a reason (action_failed, 1011)"


def test_the_framework_tells_all_errors(hcloud: Hcloud) -> None:
    hcloud.api.on(poll(3, 4), {"actions": [failed(3, "create_rrset"), failed(4)]})
    with pytest.raises(RemoteError) as raised:
        actions(hcloud, Family.FRAMEWORK).settle([running(3), running(4)])
    assert str(told(raised.value, Family.FRAMEWORK)).splitlines()[:7] == [
        "Action failed: An API action for the resource failed.",
        "",
        "Action failed for a reason",
        "",
        "Error code: action_failed",
        "Command: create_rrset",
        "ID: 3",
    ]
    assert str(told(raised.value, Family.FRAMEWORK)).endswith("ID: 4\nResources: server: 5")


def test_ctrl_c_ends_the_waiting(hcloud: Hcloud) -> None:
    hcloud.settings.cancel()
    with pytest.raises(CancelledError):
        actions(hcloud).wait_each([running(1)])
