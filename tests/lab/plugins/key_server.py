"""A key server that stacks of tests encrypt with: what Vault's transit engine answers, and nothing else of it.

A passphrase costs the engine a quarter of a second of the processor in each of its runs, by design (a million rounds
of PBKDF2); in a run of all tests that is minutes. Stacks with a passphrase are tried in the lab's rehearsal, and
wherever a test plays in a network namespace of its own.
"""

from __future__ import annotations

import base64
import json
import threading
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

SECRETS_PROVIDER = "hashivault://ffinfra"

_PREFIX = "vault:v1:"


class _Transit(BaseHTTPRequestHandler):
    """https://developer.hashicorp.com/vault/api-docs/secret/transit: encrypt and decrypt; the key is a fixed byte."""

    def do_PUT(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        match self.path:
            case "/v1/transit/encrypt/ffinfra":
                answer = {"ciphertext": _PREFIX + _turned(asked["plaintext"])}
            case "/v1/transit/decrypt/ffinfra":
                answer = {"plaintext": _turned(asked["ciphertext"].removeprefix(_PREFIX))}
            case _:
                self.send_error(404)
                return
        body = json.dumps({"data": answer}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002 - overrides
        """Say nothing."""


def _turned(encoded: str) -> str:
    return base64.b64encode(bytes(byte ^ 0x5A for byte in base64.b64decode(encoded))).decode()


@cache
def _address() -> str:
    """Start it once; it ends with the process of the tests."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Transit)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return f"http://127.0.0.1:{server.server_port}"


def key_server_variables() -> dict[str, str]:
    """The environment in which the engine finds it."""
    return {"VAULT_ADDR": _address(), "VAULT_TOKEN": "of the tests"}
