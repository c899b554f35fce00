"""When each zone was last seen ready, kept in the checkout where it was seen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Final

from pydantic import AwareDatetime, BaseModel, ConfigDict, ValidationError

from ffinfra.dns.delegation.mode import Mode
from ffinfra.dns.readiness.facts import Unknown
from ffinfra.dns.readiness.verdict import ZoneReadiness
from ffinfra.gate.plain_files import replace_file

FILE: Final = Path(".ffinfra") / "readiness.json"
"""In the project; not kept in Git, because it is what one machine has seen."""


class Proof(BaseModel):
    """What was seen of one zone on the way to one mode."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    zone: str
    """Its name with the final dot."""
    target: Mode
    asked: AwareDatetime
    """When it was asked last."""
    ready: bool
    """What the answer was then."""
    last_ready: AwareDatetime | None
    """When it was seen ready last; None for never."""
    primary_seen: AwareDatetime | None = None
    """When a primary was last seen from which secondaries at the fallback could renew the zone."""


class _Proofs(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    proofs: tuple[Proof, ...]


def read_proofs(project: Path) -> tuple[Proof, ...] | Unknown:
    """Everything that was kept; nothing where nobody has asked yet."""
    file = project / FILE
    try:
        return _Proofs.model_validate_json(file.read_bytes()).proofs
    except FileNotFoundError:
        return ()
    except OSError as error:
        return Unknown(f"{FILE} cannot be read ({error.strerror})")
    except ValidationError:
        return Unknown(f"{FILE} is damaged; remove it, then run ffinfra dns ready")


def primary_last_seen(proofs: Sequence[Proof]) -> Mapping[str, datetime]:
    """Zone with the final dot -> when one of its nameservers at rest was last seen, whatever mode was asked for."""
    seen: dict[str, datetime] = {}
    for proof in proofs:
        if proof.primary_seen is not None:
            seen[proof.zone] = max(proof.primary_seen, seen.get(proof.zone, proof.primary_seen))
    return seen


def keep_proofs(project: Path, found: Sequence[ZoneReadiness], now: datetime) -> None:
    """Keep what was seen now beside what is known of other zones and modes.

    A damaged file is replaced; of two runs at once, the later one's file stands.

    Raises:
        OSError: the file cannot be written.
    """
    kept = read_proofs(project)
    known = {} if isinstance(kept, Unknown) else {(one.zone, one.target): one for one in kept}
    for one in found:
        before = known.get((one.zone, one.target))
        last = now if one.ready else before.last_ready if before is not None else None
        seen = now if one.primary_alive else before.primary_seen if before is not None else None
        known[one.zone, one.target] = Proof(
            zone=one.zone, target=one.target, asked=now, ready=one.ready, last_ready=last, primary_seen=seen
        )
    file = project / FILE
    file.parent.mkdir(exist_ok=True)
    text = _Proofs(proofs=tuple(known.values())).model_dump_json(indent=1) + "\n"
    replace_file(file, text.encode())
