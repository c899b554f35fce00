"""``ffinfra alarm``: what is worth a word reaches a mail program and a webhook."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from email import message_from_bytes, policy
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from ffinfra.report.alarm import alarms_of
from tests.commands.run import Runner
from tests.hosts.samples import ROOT
from tests.report.previews import WHOLE

DRIFT = {
    "schema": "ffinfra.drift/1",
    "stack": "failover",
    "drifted": [{"operation": "update", "name": "ns\x1b[2J"}],
    "waiting": 1,
    "standby": "no switch was signed ahead",
    "findings": [],
}
TOLD = (
    "failover: ns\\x1b[2J differs from the state (update would mend it)",
    "failover: no switch lies signed for the night: no switch was signed ahead",
)


@pytest.fixture
def drift(tmp_path: Path) -> Path:
    file = tmp_path / "drift.json"
    file.write_text(json.dumps(DRIFT))
    return file


def credential(**settings: Any) -> dict[str, Any]:
    given = {
        "name": "console", "kind": "client-certificate", "unlocks": "the console", "owner": "alex",
        "last_day": "2026-12-01", "days": 7, "urgency": "urgent", "live": None, "live_reason": "not asked",
    }  # fmt: skip
    return {**given, **settings}


def entry(**settings: Any) -> dict[str, Any]:
    given = {
        "approval": "a" * 64, "faults": [], "override": [], "override_reason": "", "acknowledged": False,
    }  # fmt: skip
    return {**given, **settings}


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({**DRIFT, "drifted": [], "standby": ""}, ()),
        (
            {
                "schema": "ffinfra.credentials/1",
                "credentials": [credential(), credential(urgency="fine", live="nothing to ask")],
                "without_a_day": [],
            },
            (
                "client-certificate console ends on 2026-12-01 (7 days); alex renews it. Without it: the console",
            ),
        ),
        (
            {
                "schema": "ffinfra.credentials/1",
                "credentials": [
                    credential(urgency="fine", live="differs", live_reason="the API refuses it"),
                    credential(urgency="fine", live="unknown", live_reason="HCLOUD_TOKEN is not set"),
                ],
                "without_a_day": ["administrator-key kim"],
            },
            (
                "client-certificate console is not as noted: the API refuses it",
                "client-certificate console was asked about in vain: HCLOUD_TOKEN is not set",
                "no day is noted for administrator-key kim: list it under credentials",
            ),
        ),
        (json.loads(WHOLE.model_dump_json(by_alias=True)), ("prod: shared-cpu: stop this",)),
        (
            {
                "schema": "ffinfra.log/1",
                "stack": "prod",
                "faults": ["approval 1234 is missing"],
                "entries": [
                    entry(faults=["it is odd"], override=["survives"], acknowledged=True),
                    entry(override=["survives", "shared-cpu"], override_reason="sn5 is all that is left"),
                ],
            },
            (
                "prod: the chain of approvals is broken: approval 1234 is missing",
                f"prod: approval {'a' * 12}: it is odd",
                (
                    f"prod: approval {'a' * 12} overrode survives, shared-cpu (sn5 is all that is left),"
                    " and nobody has looked at it: ffinfra log --acknowledge"
                ),
            ),
        ),
        (
            {
                "schema": "ffinfra.dns-ready/1",
                "target": "fallback",
                "zones": [
                    {"zone": "a.example", "ready": False, "remarks": []},
                    {"zone": "b.example", "ready": True, "remarks": [{"what": "the serials differ"}]},
                ],
            },
            (
                "zone a.example cannot be switched to fallback now (ffinfra dns ready)",
                "zone b.example: the serials differ",
            ),
        ),
        (
            {"schema": "ffinfra.failure/1", "kind": "failed", "what": "no API answers", "way_out": "Look"},
            ("drift-prod: failed: no API answers. Look",),
        ),
        (
            {
                "schema": "ffinfra.problems/1",
                "problems": [
                    {"file": "Pulumi.prod.yaml", "path": "a.b", "what": "is none", "way_out": "Name one"}
                ],
            },
            ("drift-prod: Pulumi.prod.yaml: a.b: is none. Name one",),
        ),
    ],
)
def test_what_is_worth_a_word(form: dict[str, Any], said: tuple[str, ...]) -> None:
    assert alarms_of(json.dumps(form), ".ci-out/drift-prod.json") == said


def test_the_results_of_real_commands_can_be_read(ffinfra: Runner, tmp_path: Path) -> None:
    file = tmp_path / "credentials.json"
    file.write_text(ffinfra("credentials", "--project", str(ROOT), "--json").out)
    ran = ffinfra("alarm", str(file), "--mail", "x@example.org", "--sendmail", "/absent")
    assert (ran.code, ran.out, ran.err) == (0, "", "")


def test_a_mail(ffinfra: Runner, drift: Path, tmp_path: Path) -> None:
    program, seen = tmp_path / "sendmail", tmp_path / "seen"
    program.write_text(f'#!/bin/sh\necho "$@" >{seen}.arguments\ncat >{seen}\n')
    program.chmod(0o755)
    addresses = ["--mail", "a@example.org", "--mail", "b@example.org"]
    ran = ffinfra("alarm", str(drift), *addresses, "--sendmail", str(program))
    assert (ran.code, tuple(ran.out.splitlines())) == (3, TOLD)
    told = ffinfra("alarm", str(drift), *addresses, "--sendmail", str(program), "--json")
    alarms = list(alarms_of(json.dumps(DRIFT), "x"))
    assert json.loads(told.out) == {"schema": "ffinfra.alarm/1", "alarms": alarms, "told": True}
    assert Path(f"{seen}.arguments").read_text() == "-t -oi\n"
    message = message_from_bytes(seen.read_bytes(), policy=policy.default)
    assert (message["To"], message["Subject"]) == (
        "a@example.org, b@example.org",
        "ffinfra: 2 things to look at",
    )
    assert message.get_content() == "".join(f"- {sentence}\n" for sentence in TOLD)


def test_a_mail_program_that_fails(ffinfra: Runner, drift: Path) -> None:
    ran = ffinfra("alarm", str(drift), "--mail", "a@example.org", "--sendmail", "/bin/false")
    assert ran.code == 1
    assert "/bin/false ended with 1" in ran.err


@pytest.fixture
def webhook() -> Iterator[tuple[str, list[Any]]]:
    posted: list[Any] = []

    class Answers(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            posted.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(200 if "good" in self.path else 500)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name of the base
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Answers) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}", posted
        server.shutdown()
        thread.join()


def test_a_webhook_whose_address_is_never_told(
    ffinfra: Runner, drift: Path, webhook: tuple[str, list[Any]]
) -> None:
    address, posted = webhook
    assert ffinfra("alarm", str(drift), "--webhook", f"{address}/good").code == 3
    assert posted == [{"text": "\n".join(TOLD)}]
    ran = ffinfra("alarm", str(drift), "--webhook", f"{address}/token-1234")
    assert ran.code == 1
    assert "the webhook did not take the alarm (500)" in ran.err
    assert "1234" not in ran.err


@pytest.mark.parametrize("text", ["", "{}", '{"schema": "ffinfra.costs/1"}', '{"schema": "ffinfra.drift/1"}'])
def test_what_is_no_result(ffinfra: Runner, tmp_path: Path, text: str) -> None:
    file = tmp_path / "odd.json"
    file.write_text(text)
    ran = ffinfra("alarm", str(file))
    assert ran.code == 2
    assert "is no result that alarms are made of" in ran.err
