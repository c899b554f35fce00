"""Updates and transfers against a real knotd: what arrives, and who is refused."""

from __future__ import annotations

import base64
import threading
from dataclasses import replace

import pytest

from ffinfra.dns.master_file import read_zone_text
from ffinfra.dns.records import RRset, Zone, make_rrset, sort_rrsets
from ffinfra.dns.soa_settings import SoaSettings
from ffinfra.dns.wire import reconcile as reconcile_module
from ffinfra.dns.wire import update
from ffinfra.dns.wire.errors import (
    KeyRejectedError,
    LostRaceError,
    NotServedError,
    RequestRefusedError,
    ServerFailedError,
    SilentServerError,
    WireError,
)
from ffinfra.dns.wire.query import read_soa
from ffinfra.dns.wire.reconcile import BrokenOffError, ForeignChangeError, Wish, reconcile
from ffinfra.dns.wire.server import Key, Server
from ffinfra.dns.wire.transfer import Known, Served, read_served, transfer_zone
from ffinfra.dns.zone_text import content_of
from tests.daemons.knot import KEY_ALGORITHM, KEY_NAME, KEY_SECRET
from tests.dns.wire.conftest import StartKnot, server_of
from tests.dns.zones import ORIGIN, SMALL

pytestmark = pytest.mark.full
NOTHING = SoaSettings()
NOW = 1_800_000_000


def zone(text: str = "") -> Zone:
    return read_zone_text(SMALL + text).zone


def wish(old: tuple[RRset, ...], new: tuple[RRset, ...]) -> Wish:
    return Wish(old, NOTHING, new, NOTHING)


def many(count: int, octets: int = 20) -> tuple[RRset, ...]:
    """A content with so many records."""
    apex = content_of(zone())
    texts = (
        make_rrset(f"n{number}.{ORIGIN}", "TXT", 600, [f'"{number:0{octets}d}"']) for number in range(count)
    )
    return sort_rrsets([*apex, *texts])


@pytest.mark.parametrize("signed", [False, True])
def test_a_change_and_what_is_read_before_and_after(start_knot: StartKnot, key: Key, signed: bool) -> None:
    server = server_of(start_knot({ORIGIN: SMALL}, signed=signed))
    before = read_served(server, ORIGIN, key=key)
    assert before.content == content_of(zone())
    new = content_of(zone("web AAAA 2001:db8::80\nmail 300 A 192.0.2.25\n@ MX 10 mail\n"))
    after = reconcile(server, ORIGIN, before, wish(before.content, new), key=key, now=NOW)
    assert after.content == new
    assert after.soa.serial > before.soa.serial
    assert read_served(server, ORIGIN, key=key, known=before.known) == after
    assert transfer_zone(server, ORIGIN, key=key) == after


def test_ttls_apex_nameservers_aliases_and_timers(start_knot: StartKnot, key: Key) -> None:
    server = server_of(start_knot({ORIGIN: SMALL}))
    before = read_served(server, ORIGIN, key=key)
    text = (
        SMALL.replace("@ NS ns2", "@ NS ns3")
        .replace("www CNAME web", "www A 192.0.2.80")
        .replace("600", "60")
    )
    new = read_zone_text(text.replace("web A 192.0.2.80", "web CNAME www")).zone
    timers = SoaSettings(refresh=7200, minimum=60, ttl=60)
    after = reconcile(
        server, ORIGIN, before, Wish(before.content, NOTHING, content_of(new), timers), key=key, now=NOW
    )
    assert after.content == content_of(new)
    assert timers.applied_to(after.soa) == after.soa
    assert after.soa.retry == before.soa.retry
    only_ttl = tuple(replace(rrset, ttl=77) for rrset in after.content)
    again = reconcile(server, ORIGIN, after, Wish(after.content, timers, only_ttl, timers), key=key, now=NOW)
    assert transfer_zone(server, ORIGIN, key=key).content == again.content == only_ttl


def test_internationalised_names_and_the_longest_name(start_knot: StartKnot, key: Key) -> None:
    server = server_of(start_knot({ORIGIN: SMALL}))
    before = read_served(server, ORIGIN, key=key)
    room = 255 - len("mesh.example.") - 1
    longest = ".".join(["a" * 63, "b" * 63, "c" * 63, "d" * (room - 3 * 64 - 1)])
    new = content_of(
        zone(f'bücher TXT "grün"\na\\.b\\032c A 192.0.2.1\n{longest} A 192.0.2.2\n*.w TXT "*"\n')
    )
    assert max(len(rrset.owner) for rrset in new) == 254
    reconcile(server, ORIGIN, before, wish(before.content, new), key=key, now=NOW)
    assert transfer_zone(server, ORIGIN, key=key).content == new


def test_a_zone_of_ten_thousand_records(start_knot: StartKnot, key: Key) -> None:
    server = server_of(start_knot({ORIGIN: SMALL}))
    before = read_served(server, ORIGIN, key=key)
    told: list[str] = []
    full = reconcile(
        server, ORIGIN, before, wish(before.content, many(10_000)), key=key, now=NOW, report=told.append
    )
    assert full.content == many(10_000)
    assert told[0].startswith(f"{ORIGIN} message 1 of ")
    assert len(told) > 5
    assert transfer_zone(server, ORIGIN, key=key) == full
    assert read_served(server, ORIGIN, key=key, known=before.known) == full
    changed = tuple(
        replace(rrset, ttl=60) if index % 100 == 0 else rrset for index, rrset in enumerate(full.content)
    )
    assert reconcile(server, ORIGIN, full, wish(full.content, changed), key=key, now=NOW).content == changed


def test_of_two_who_write_at_once_one_is_refused_and_nothing_is_lost(start_knot: StartKnot, key: Key) -> None:
    server = server_of(start_knot({ORIGIN: SMALL}))
    before = read_served(server, ORIGIN, key=key)
    start = threading.Barrier(2)
    outcomes: dict[str, Served | WireError] = {}

    def write(name: str) -> None:
        new = content_of(zone(f"{name} A 192.0.2.99\n"))
        start.wait()
        try:
            outcomes[name] = reconcile(server, ORIGIN, before, wish(before.content, new), key=key, now=NOW)
        except WireError as error:
            outcomes[name] = error

    writers = [threading.Thread(target=write, args=(name,)) for name in ("ann", "ben")]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    (winner,) = [name for name, outcome in outcomes.items() if isinstance(outcome, Served)]
    (refused,) = [outcome for outcome in outcomes.values() if isinstance(outcome, WireError)]
    assert isinstance(refused, ForeignChangeError)
    assert f"+ {winner}.{ORIGIN} A: 192.0.2.99" in str(refused)
    assert transfer_zone(server, ORIGIN, key=key).content == content_of(zone(f"{winner} A 192.0.2.99\n"))


def test_a_message_that_comes_too_late_changes_nothing(start_knot: StartKnot, key: Key) -> None:
    server = server_of(start_knot({ORIGIN: SMALL}))
    stale = read_served(server, ORIGIN, key=key)
    first = content_of(zone("web AAAA 2001:db8::1\n"))
    reconcile(server, ORIGIN, stale, wish(stale.content, first), key=key, now=NOW)
    second = content_of(zone("mail A 192.0.2.25\n"))
    with pytest.raises(ForeignChangeError) as raised:
        reconcile(server, ORIGIN, stale, wish(stale.content, second), key=key, now=NOW)
    assert raised.value.what == (
        f"somebody else changed {ORIGIN} on {server}:\n"
        "  + web.mesh.example. AAAA: 2001:db8::1 (ttl 600)\nNothing was written"
    )
    assert transfer_zone(server, ORIGIN, key=key).content == first


def test_a_signer_that_moves_the_serial_is_no_other_writer(start_knot: StartKnot, key: Key) -> None:
    knot = start_knot({ORIGIN: SMALL}, signed=True)
    server = server_of(knot)
    before = read_served(server, ORIGIN, key=key)
    knot.control("zone-sign", ORIGIN)
    moved = read_soa(server, ORIGIN, key=key)
    assert moved.serial != before.soa.serial
    new = content_of(zone("mail A 192.0.2.25\n"))
    assert reconcile(server, ORIGIN, before, wish(before.content, new), key=key, now=NOW).content == new


def test_the_server_dies_between_two_messages_and_a_second_run_finishes(
    start_knot: StartKnot, key: Key
) -> None:
    knot = start_knot({ORIGIN: SMALL})
    server = server_of(knot)
    before = read_served(server, ORIGIN, key=key)
    new = many(2_000, octets=150)

    def die_after_the_third(text: str) -> None:
        if text.startswith(f"{ORIGIN} message 3 of"):
            knot.kill()

    with pytest.raises(BrokenOffError, match=r"[4-9] messages, 3 of them taken and in effect") as raised:
        reconcile(
            server, ORIGIN, before, wish(before.content, new), key=key, now=NOW, report=die_after_the_third
        )
    assert "of message 4 it is not known" in raised.value.what
    assert raised.value.way_out.endswith("run the same again: it finishes the rest.")
    knot.start()
    half = transfer_zone(server, ORIGIN, key=key)
    assert before.content != half.content != new
    done = reconcile(server, ORIGIN, half, wish(before.content, new), key=key, now=NOW)
    assert transfer_zone(server, ORIGIN, key=key) == done
    assert done.content == new


def test_an_update_that_is_refused_between_two_messages_says_what_is_in_effect(
    start_knot: StartKnot, key: Key
) -> None:
    knot = start_knot({ORIGIN: SMALL})
    server = server_of(knot)
    before = read_served(server, ORIGIN, key=key)
    settings = knot.folder / "knot.conf"

    def forbid_after_the_third(text: str) -> None:
        if text.startswith(f"{ORIGIN} message 3 of"):
            settings.write_text(settings.read_text().replace("[update, transfer]", "[transfer]"))
            knot.control("reload")

    new = many(2_000, octets=150)
    with pytest.raises(
        BrokenOffError, match=r"3 of them taken .* of message 4 nothing is in effect; "
    ) as raised:
        reconcile(
            server, ORIGIN, before, wish(before.content, new), key=key, now=NOW, report=forbid_after_the_third
        )
    assert raised.value.way_out.endswith("Then run the same again: it finishes the rest.")
    assert before.content != transfer_zone(server, ORIGIN, key=key).content != new


def test_a_change_that_was_taken_although_its_answer_was_lost(
    start_knot: StartKnot, key: Key, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = server_of(start_knot({ORIGIN: SMALL}))
    before = read_served(server, ORIGIN, key=key)
    new = content_of(zone("mail A 192.0.2.25\n"))
    really_send = update.send_plan

    def lose_the_answer(*arguments: object, **options: object) -> None:
        really_send(*arguments, **options)  # type: ignore[arg-type]
        raise SilentServerError(server, "the line is cut")

    monkeypatch.setattr(reconcile_module, "send_plan", lose_the_answer)
    assert reconcile(server, ORIGIN, before, wish(before.content, new), key=key, now=NOW).content == new


def test_what_the_server_silently_ignores_is_noticed(start_knot: StartKnot, key: Key) -> None:
    server = server_of(start_knot({ORIGIN: SMALL}))
    before = read_served(server, ORIGIN, key=key)
    new = (*before.content, make_rrset(f"web.{ORIGIN}", "CNAME", 600, [f"www.{ORIGIN}"]))
    with pytest.raises(ServerFailedError, match=r"took the update .* and yet does not serve"):
        reconcile(server, ORIGIN, before, wish(before.content, sort_rrsets(new)), key=key, now=NOW)


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        (Key("other.example.", KEY_ALGORITHM, KEY_SECRET), "BADKEY"),
        (Key(KEY_NAME, "hmac-sha512", KEY_SECRET), "BADKEY"),
        (Key(KEY_NAME, KEY_ALGORITHM, base64.b64encode(b"another secret").decode()), "BADSIG"),
    ],
)
def test_a_wrong_key_is_named_without_its_secret(
    start_knot: StartKnot, key: Key, wrong: Key, reason: str
) -> None:
    server = server_of(start_knot({ORIGIN: SMALL}))
    before = read_served(server, ORIGIN, key=key)
    new = content_of(zone("mail A 192.0.2.25\n"))
    for attempt in (
        lambda: read_soa(server, ORIGIN, key=wrong),
        lambda: transfer_zone(server, ORIGIN, key=wrong),
        lambda: reconcile(server, ORIGIN, before, wish(before.content, new), key=wrong, now=NOW),
    ):
        with pytest.raises(KeyRejectedError, match=reason) as raised:
            attempt()
        assert wrong.name in str(raised.value)
        assert wrong.secret not in str(raised.value)
        assert wrong.secret not in repr(wrong)
    assert transfer_zone(server, ORIGIN, key=key) == before


def test_who_asks_without_key_or_for_another_zone(start_knot: StartKnot, key: Key) -> None:
    knot = start_knot({ORIGIN: SMALL})
    server = server_of(knot)
    with pytest.raises(RequestRefusedError, match=r"refuses the transfer of mesh\.example\. \(NOTAUTH\)"):
        transfer_zone(server, ORIGIN)
    with pytest.raises(NotServedError, match=r"does not serve other\.example\. \(REFUSED\)"):
        read_soa(server, "other.example.", key=key)
    with pytest.raises(NotServedError, match=r"does not serve sub\.mesh\.example\. \(NXDOMAIN\)"):
        read_soa(server, f"sub.{ORIGIN}", key=key)
    knot.stop()
    with pytest.raises(SilentServerError, match=r"nothing came within 0\.1 s, 3 times"):
        read_soa(server, ORIGIN, key=key, timeout=0.1)
    with pytest.raises(SilentServerError, match="Connection refused"):
        transfer_zone(server, ORIGIN, key=key)


def test_changes_are_fetched_whole_when_they_do_not_fit(start_knot: StartKnot, key: Key) -> None:
    server = server_of(start_knot({ORIGIN: SMALL}))
    before = read_served(server, ORIGIN, key=key)
    after = reconcile(server, ORIGIN, before, wish(before.content, before.content[:-1]), key=key, now=NOW)
    wrong_memory = Known(before.soa.serial, before.content[:-1])
    assert read_served(server, ORIGIN, key=key, known=wrong_memory) == after
    assert read_served(server, ORIGIN, key=key, known=Known(4_000_000_000, ())) == after


def test_the_race_is_given_up_after_some_attempts(
    start_knot: StartKnot, key: Key, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = server_of(start_knot({ORIGIN: SMALL}))
    before = read_served(server, ORIGIN, key=key)

    def always_late(*arguments: object, **options: object) -> None:
        raise LostRaceError(server, ORIGIN, "NXRRSET")

    monkeypatch.setattr(reconcile_module, "send_plan", always_late)
    with pytest.raises(LostRaceError, match="3 times in a row"):
        reconcile(server, ORIGIN, before, wish(before.content, before.content[:-1]), key=key, now=NOW)


def test_server_and_key_show_themselves() -> None:
    assert str(Server("192.0.2.1", 5353)) == "192.0.2.1 port 5353"
    with pytest.raises(ValueError, match="hmac-crc is unknown"):
        Key("k.", "hmac-crc", "AAAA")
    with pytest.raises(ValueError, match=r"^the secret of the TSIG key k\. is not base64$"):
        Key("k.", "hmac-sha256", "not base64!")
