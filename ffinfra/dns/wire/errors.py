"""What goes wrong between us and a nameserver, one class a cause, each with the way out."""

from __future__ import annotations

import dns.message
import dns.rcode
import dns.tsig

from ffinfra.dns.wire.server import Key, Server
from ffinfra.problems import OperationalError


class WireError(OperationalError):
    """Something between us and a nameserver."""


class SilentServerError(WireError):
    """The server does not answer, or not to the end; whether it received anything is unknown."""

    def __init__(self, server: Server, what: str) -> None:
        super().__init__(
            f"{server} does not answer: {what}", "Check that it runs and can be reached from here."
        )


class BrokenAnswerError(WireError):
    """The server answered something that is no answer to what was asked."""

    def __init__(self, server: Server, what: str) -> None:
        super().__init__(f"{server} sent an unusable answer: {what}", "Check which software answers there.")


class NotServedError(WireError):
    """The server does not speak for the zone."""

    def __init__(self, server: Server, zone: str, what: str) -> None:
        super().__init__(
            f"{server} does not serve {zone} ({what})", "Configure the zone there, or check the address."
        )


class KeyRejectedError(WireError):
    """The server does not accept the signature: key, secret or clock."""

    def __init__(self, server: Server, key: Key | None, what: str) -> None:
        name = f"the TSIG key {key.name}" if key is not None else "a request without TSIG key"
        way_out = (
            "Compare name, algorithm, secret and clock on both sides, and what the key is permitted there."
        )
        super().__init__(f"{server} rejects {name}: {what}", way_out)


class RequestRefusedError(WireError):
    """The server knows the key but does not permit what was asked."""

    def __init__(self, server: Server, what: str) -> None:
        way_out = "Permit it there to this key and address (Knot: acl)."
        super().__init__(f"{server} refuses {what}", way_out)


class ServerFailedError(WireError):
    """The server answered with an error of its own."""

    def __init__(self, server: Server, what: str) -> None:
        super().__init__(f"{server} failed: {what}", "Its log says more.")


class LostRaceError(WireError):
    """A prerequisite of an update did not hold: somebody else changed the zone after it was read."""

    def __init__(self, server: Server, zone: str, what: str) -> None:
        super().__init__(
            f"{zone} was changed on {server} meanwhile ({what})", "Refresh, look, and try again."
        )


def raise_for_rcode(
    server: Server, zone: str, code: int, key: Key | None, what: str, *, signed: bool
) -> None:
    """Raise the error that the rcode of an answer to an update or a transfer stands for; NOERROR passes.

    Args:
        server: who answered.
        zone: the zone that was asked about.
        code: the answer's rcode.
        key: the key that signed the request.
        what: what was asked, as it stands behind "refuses".
        signed: whether the answer was signed.
    """
    name = dns.rcode.to_text(dns.rcode.Rcode.make(code))
    match code:
        case dns.rcode.NOERROR:
            return
        case dns.rcode.NXRRSET | dns.rcode.YXRRSET | dns.rcode.NXDOMAIN | dns.rcode.YXDOMAIN:
            raise LostRaceError(server, zone, name)
        case dns.rcode.NOTAUTH if signed:
            raise KeyRejectedError(server, key, name)
        case dns.rcode.NOTZONE:
            raise NotServedError(server, zone, name)
        case dns.rcode.REFUSED | dns.rcode.NOTAUTH:
            raise RequestRefusedError(server, f"{what} ({name})")
        case _:
            raise ServerFailedError(server, f"{name} to {what}")


def tsig_reason(error: Exception) -> str | None:
    """Why a signature was not accepted, by the server or by us; None for another kind of error."""
    reasons = {
        dns.tsig.PeerBadKey: "it does not know the key, or does not permit it this (BADKEY)",
        dns.tsig.PeerBadSignature: "the signature does not fit (BADSIG), so the secrets differ",
        dns.tsig.PeerBadTime: "the clocks differ (BADTIME)",
        dns.tsig.PeerBadTruncation: "the signature is cut too short (BADTRUNC)",
        dns.tsig.BadSignature: "its answer's signature does not fit",
        dns.tsig.BadTime: "its answer's time is not ours",
        dns.tsig.BadKey: "its answer is signed with another key",
        dns.tsig.BadAlgorithm: "its answer uses another algorithm",
        dns.message.UnknownTSIGKey: "its answer is signed with a key that we do not know",
    }
    return next((reason for kind, reason in reasons.items() if isinstance(error, kind)), None)
