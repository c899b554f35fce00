"""A transport that answers from recordings.

A recording holds one line a server: its name, its address and a JSON object from keys to answers. A key is
the MD5 over the question's parts (see ``_key``); an answer is a wire message with source and time, or null
for silence.
"""

from __future__ import annotations

import base64
import hashlib
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from dns.rdatatype import AXFR

from ffinfra.dns.check.naming import canonical_address
from ffinfra.dns.check.question import Edns, NoResponse, NotRecorded, Protocol, Question, Silence
from ffinfra.dns.check.response import Outcome
from ffinfra.dns.check.wire import decode

_UDP_SIZE = {Edns.NONE: 0, Edns.PLAIN: 512, Edns.DNSSEC: 1232}


@dataclass
class Recording:
    """Recorded answers by address and key.

    Attributes:
        servers: the name and address of every line, in the order of the file.
    """

    servers: list[tuple[str, str]] = field(default_factory=list)
    _answers: dict[str, dict[str, Any]] = field(default_factory=dict)
    _outcomes: dict[tuple[str, str], Outcome] = field(default_factory=dict)

    @classmethod
    def read(cls, path: Path) -> Recording:
        """Read one file; lines of one address are put together, as Zonemaster keeps answers by address."""
        recording = cls()
        with path.open() as lines:
            for line in lines:
                name, address, answers = line.split(" ", 2)
                canonical = canonical_address(address)
                recording.servers.append((name, canonical))
                recording._answers.setdefault(canonical, {}).update(json.loads(answers))
        return recording

    async def ask(self, address: str, question: Question) -> Outcome:
        """The recorded answer; the name may have been asked with or without its trailing dot."""
        known = self._answers.get(address, {})
        if question.rdtype != AXFR:
            for name in _spellings(question):
                key = _key(name, question)
                if key in known:
                    return self._read(address, key)
        return NotRecorded(address, question)

    def recorded(self, address: str) -> list[Outcome]:
        """All answers of an address, whatever they were asked."""
        return [self._read(address, key) for key in self._answers.get(address, {})]

    def _read(self, address: str, key: str) -> Outcome:
        if (address, key) not in self._outcomes:
            self._outcomes[address, key] = _outcome(self._answers[address][key], address)
        return self._outcomes[address, key]


def _outcome(answer: Any, address: str) -> Outcome:
    if answer is None:
        return NoResponse(Silence.TIMEOUT)
    packet = answer["Zonemaster::Engine::Packet"]["Zonemaster::LDNS::Packet"]
    source = packet.get("answerfrom") or address
    octets = base64.b64decode(packet["data"] + "=" * (-len(packet["data"]) % 4))
    return decode(octets, source, float(packet["timestamp"])) or NoResponse(Silence.MALFORMED)


def _spellings(question: Question) -> list[str]:
    with_dot = question.name.to_text()
    without = with_dot.rstrip(".") or "."
    return list(dict.fromkeys([without, with_dot, without.lower(), with_dot.lower()]))


def _key(name: str, question: Question) -> str:
    dnssec = int(question.edns is Edns.DNSSEC)
    parts = [
        f"NAME{name}TYPE{question.rdtype.name}CLASSIN",
        f"DNSSEC{dnssec}USEVC{int(question.over is Protocol.TCP)}RECURSE{int(question.recurse)}",
    ]
    if question.edns is Edns.PLAIN:
        parts.append("EDNS_VERSION0EDNS_Z0EDNS_EXTENDED_RCODE0EDNS_DATA")
    parts.append(f"EDNS_UDP_SIZE{_UDP_SIZE[question.edns]}")
    digest = hashlib.md5("".join(parts).encode(), usedforsecurity=False).digest()
    return base64.b64encode(digest).decode().rstrip("=")
