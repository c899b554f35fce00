"""A visitor who asks a resolver without pause; run inside a namespace, a JSON line for each answer."""

from __future__ import annotations

import itertools
import json
import sys
import time

import dns.exception
import dns.flags
import dns.message
import dns.query
import dns.rcode


def main(resolver: str, zone: str) -> None:
    """Ask for a name that caches know and for names that nobody asked for before, in turn."""
    for number in itertools.count():
        for name in (f"www.{zone}", f"n{number}.{zone}"):
            query = dns.message.make_query(name, "A", want_dnssec=True)
            query.flags |= dns.flags.AD
            try:
                answer = dns.query.udp(query, resolver, timeout=10)
                found = [dns.rcode.to_text(answer.rcode()), bool(answer.flags & dns.flags.AD)]
            except dns.exception.Timeout:
                found = ["timeout", False]
            print(json.dumps(found), flush=True)
        time.sleep(0.05)


if __name__ == "__main__":
    main(*sys.argv[1:])
