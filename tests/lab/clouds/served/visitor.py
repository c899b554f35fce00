"""Runs inside a test's namespace: reads one question a line (JSON) on stdin, answers one line on stdout.

A question is ``{"ask": "http", …}``, ``{"ask": "dns", …}`` or ``{"ask": "burst", …}``.
"""

from __future__ import annotations

import json
import sys
import threading
import time
from queue import Empty, SimpleQueue
from typing import Any

import dns.flags
import dns.message
import dns.query
import dns.rcode
import requests

_SESSION = requests.Session()


def http(question: dict[str, Any]) -> dict[str, Any]:
    """Call an API."""
    headers = {"Authorization": f"Bearer {question['token']}"}
    answer = _SESSION.request(
        question["method"], question["url"], json=question.get("body"), headers=headers, timeout=60
    )
    return {"status": answer.status_code, "body": answer.json() if answer.content else None}


def query(question: dict[str, Any]) -> dict[str, Any]:
    """Ask a nameserver."""
    message = dns.message.make_query(question["name"], question["type"])
    message.flags &= ~dns.flags.RD
    ask = dns.query.tcp if question["tcp"] else dns.query.udp
    answer = ask(message, question["address"], timeout=5)

    def lines(section: Any) -> list[str]:
        return sorted(line for rrset in section for line in rrset.to_text().splitlines())

    return {
        "rcode": dns.rcode.to_text(answer.rcode()),
        "authoritative": bool(answer.flags & dns.flags.AA),
        "answer": lines(answer.answer),
        "authority": lines(answer.authority),
        "additional": lines(answer.additional),
    }


def burst(question: dict[str, Any]) -> dict[str, Any]:
    """POST many bodies by several clients at once, and wait for each action; returns the seconds in all."""
    waiting: SimpleQueue[Any] = SimpleQueue()
    statuses: list[int] = []
    for body in question["bodies"]:
        waiting.put(body)

    def client() -> None:
        with requests.Session() as session:
            session.headers["Authorization"] = f"Bearer {question['token']}"
            while True:
                try:
                    body = waiting.get_nowait()
                except Empty:
                    return
                answer = session.post(question["url"] + question["path"], json=body, timeout=60)
                statuses.append(answer.status_code)
                action = answer.json().get("action")
                while action and action["status"] == "running":
                    time.sleep(0.02)
                    listed = session.get(f"{question['url']}/actions?id={action['id']}", timeout=60)
                    action = listed.json()["actions"][0]

    started = time.monotonic()
    clients = [threading.Thread(target=client) for _ in range(question["clients"])]
    for thread in clients:
        thread.start()
    for thread in clients:
        thread.join()
    return {"seconds": time.monotonic() - started, "statuses": sorted(set(statuses)), "calls": len(statuses)}


def main() -> None:
    """Answer until stdin ends."""
    verbs = {"http": http, "dns": query, "burst": burst}
    for line in sys.stdin:
        question = json.loads(line)
        print(json.dumps(verbs[question.pop("ask")](question)), flush=True)
    _SESSION.close()


if __name__ == "__main__":
    main()
