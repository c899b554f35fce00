"""What a policy pack of the engine says."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class PolicyViolation:
    """What a policy pack says of a resource, or of the stack as a whole.

    Attributes:
        pack: the policy pack's name.
        policy: the policy's name.
        enforcement: ``advisory``, ``mandatory`` or ``remediate``, or another word of the engine.
        message: what is wrong.
        urn: the resource; empty for the stack.
    """

    pack: str
    policy: str
    enforcement: str
    message: str
    urn: str
