"""``ffinfra credentials``."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from ffinfra.report.alarm import alarms_of
from tests.commands.run import Runner
from tests.hosts.samples import ROOT

TODAY = datetime.now(UTC).replace(hour=12, minute=0, second=0, microsecond=0)
SAMPLE = """\
      - name: rheinrack-console
        kind: client-certificate
        unlocks: the console of vm1, to start it when it hangs
        owner: alex
        expires: "2035-06-30"
"""


def day(days: int) -> str:
    return str((TODAY + timedelta(days=days)).date())


def certificate(days: int) -> bytes:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "console")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(TODAY - timedelta(days=1000))
        .not_valid_after(TODAY + timedelta(days=days))
        .sign(key, hashes.SHA256())
    )
    return made.public_bytes(serialization.Encoding.PEM)


def declare(project: Path, credential: str) -> None:
    """Put another credential in the place of the sample's first."""
    file = project / "Pulumi.prod.yaml"
    text = file.read_text()
    assert SAMPLE in text
    file.write_text(text.replace(SAMPLE, credential))


def test_a_calendar_and_metrics(ffinfra: Runner, tmp_path: Path) -> None:
    files = tmp_path / "all.ics", tmp_path / "all.prom"
    options = ["--icalendar", str(files[0]), "--textfile", str(files[1])]
    assert ffinfra("credentials", "--project", str(ROOT), *options).code == 0
    text = files[0].read_bytes().decode()
    lines = text.replace("\r\n ", "").split("\r\n")
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    starts = [line for line in lines if line.startswith(("UID", "DTSTART", "SUMMARY", "TRIGGER"))]
    assert len(starts) == 4 * 8
    assert starts[:12] == [
        "UID:credential-cloudflare-token@mesh.musterstadt.example",
        "DTSTART;VALUE=DATE:20350331",
        "SUMMARY:api-token cloudflare-token expires",
        "TRIGGER:-P30D",
        "UID:credential-musterstadt-domain@mesh.musterstadt.example",
        "DTSTART;VALUE=DATE:20350331",
        "SUMMARY:domain musterstadt-domain expires",
        "TRIGGER:-P30D",
        "UID:credential-rheinrack-console@mesh.musterstadt.example",
        "DTSTART;VALUE=DATE:20350630",
        "SUMMARY:client-certificate rheinrack-console expires",
        "TRIGGER:-P30D",
    ]
    assert "DESCRIPTION:alex renews it. Without it: the console of vm1\\, to start it when it hangs" in lines
    seconds = int(datetime(2035, 7, 1, tzinfo=UTC).timestamp())
    labels = '{name="rheinrack-console",kind="client-certificate"}'
    assert f"ffinfra_credential_expiry_time_seconds{labels} {seconds}" in files[1].read_text().splitlines()


@pytest.mark.parametrize(("days", "urgency", "code"), [(31, "fine", 0), (30, "soon", 3), (-1, "expired", 3)])
def test_a_certificate_in_the_project(
    ffinfra: Runner, project: Path, days: int, urgency: str, code: int
) -> None:
    folder = project / "credentials"
    folder.mkdir()
    (folder / "console.pem").write_bytes(certificate(900) + certificate(days))
    declare(
        project,
        "      - {name: console, kind: client-certificate, unlocks: x, owner: alex,"
        " certificate: credentials/console.pem}\n",
    )
    ran = ffinfra("credentials", "--project", str(project), "--json")
    found = {one["name"]: one for one in json.loads(ran.out)["credentials"]}["console"]
    assert (ran.code, found["last_day"], found["urgency"]) == (code, day(days), urgency)


def test_what_has_no_day_noted(ffinfra: Runner, project: Path) -> None:
    file = project / "Pulumi.prod.yaml"
    file.write_text(file.read_text().replace("        subject: kim\n", ""))
    ran = ffinfra("credentials", "--project", str(project), "--json")
    assert (ran.code, json.loads(ran.out)["without_a_day"]) == (3, ["administrator-key kim"])
    assert "no day is noted for administrator-key kim" in ran.err


def test_a_certificate_that_is_none(ffinfra: Runner, project: Path) -> None:
    declare(
        project,
        "      - {name: console, kind: client-certificate, unlocks: x, owner: alex,"
        " certificate: credentials/console.pem}\n",
    )
    ran = ffinfra("credentials", "--project", str(project))
    assert ran.code == 2
    assert (
        "credentials/console.pem: credentials.console: cannot be read as a certificate: No such file"
        in ran.err
    )


def test_two_ends_are_a_mistake(ffinfra: Runner, project: Path) -> None:
    declare(
        project,
        "      - {name: console, kind: client-certificate, unlocks: x, owner: alex,"
        ' expires: "2035-01-01", certificate: credentials/console.pem}\n',
    )
    ran = ffinfra("credentials", "--project", str(project))
    assert ran.code == 2
    assert "Allowed is one of: expires; made together with rotate_after; certificate with a file" in ran.err


Question = tuple[str, str, int]
"""The token's variable, the token, and in how many days it is noted to end."""


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    """An API that takes the token ``good`` alone and knows when it ends."""

    class Answers(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            good = self.headers["Authorization"] == "Bearer good"
            body = json.dumps({"result": {"status": "active", "expires_on": f"{day(90)}T00:00:00Z"}}).encode()
            self.send_response(200 if good else 401)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name of the base
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Answers) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        for name in ("HCLOUD_ENDPOINT", "CLOUDFLARE_BASE_URL"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{server.server_port}")
        yield monkeypatch
        server.shutdown()
        thread.join()


@pytest.mark.parametrize(
    ("question", "said"),
    [
        (("CLOUDFLARE_API_TOKEN", "good", 90), ("agrees", f"the API says {day(90)} too")),
        (("CLOUDFLARE_API_TOKEN", "good", 91), ("differs", f"the API says {day(90)}")),
        (("CLOUDFLARE_API_TOKEN", "bad", 90), ("differs", "the API refuses the token with 401")),
        (("HCLOUD_TOKEN", "good", 90), ("agrees", "the API takes the token; it tells no last day")),
        (("HCLOUD_TOKEN", "", 90), ("unknown", "HCLOUD_TOKEN is not set")),
    ],
)
def test_a_token_is_asked_about(
    ffinfra: Runner, project: Path, asked: pytest.MonkeyPatch, question: Question, said: tuple[str, str]
) -> None:
    variable, token, noted = question
    asked.setenv(variable, token)
    declare(
        project,
        f"      - {{name: token, kind: api-token, unlocks: x, owner: kim, variable: {variable},"
        f' expires: "{day(noted)}"}}\n',
    )
    ran = ffinfra("credentials", "--project", str(project), "--check-live", "--json")
    found = {one["name"]: one for one in json.loads(ran.out)["credentials"]}
    assert (found["token"]["live"], found["token"]["live_reason"]) == said
    assert token not in ran.out + ran.err or not token


VAIN = "api-token cloudflare-token was asked about in vain: CLOUDFLARE_API_TOKEN is not set"
REFUSED = "api-token cloudflare-token is not as noted: the API refuses the token with 401"


@pytest.mark.parametrize(
    ("token", "code", "alarms"), [("good", 0, []), ("", 3, [VAIN]), ("bad", 3, [REFUSED])]
)
def test_a_night_is_well_where_all_that_can_be_asked_agrees(
    ffinfra: Runner, project: Path, asked: pytest.MonkeyPatch, token: str, code: int, alarms: list[str]
) -> None:
    file = project / "Pulumi.prod.yaml"
    noted = 'owner: kim\n        expires: "{}"\n      - name: update-key'
    text = file.read_text()
    assert noted.format("2035-03-31") in text
    file.write_text(text.replace(noted.format("2035-03-31"), noted.format(day(90))))
    asked.setenv("HCLOUD_TOKEN", "good")
    asked.setenv("CLOUDFLARE_API_TOKEN", token)
    ran = ffinfra("credentials", "--project", str(project), "--check-live", "--json")
    assert (ran.code, list(alarms_of(ran.out, "credentials.json"))) == (code, alarms)
    told = {one["name"]: (one["live"], one["live_reason"]) for one in json.loads(ran.out)["credentials"]}
    nothing = "nothing to ask"
    assert told["musterstadt-domain"] == (nothing, "this domain names no file and no variable")
    assert told["update-key"] == (nothing, "this tsig-key names no file and no variable")
    assert told["key-of-kim"] == (nothing, "this administrator-key names no file and no variable")
