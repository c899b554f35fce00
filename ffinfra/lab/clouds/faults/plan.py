"""Which fault a call meets."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from hashlib import blake2b

from ffinfra.lab.clouds.faults.kinds import Api, FaultKind, FaultRule, FaultSettings
from ffinfra.lab.clouds.faults.profiles import rules_of
from ffinfra.lab.clouds.faults.scripted import ExplicitAnswer, ScriptedFault

_OF_ACTIONS = (FaultKind.SLOW_ACTION, FaultKind.FAILING_ACTION)
_STARTING = ("POST", "DELETE")


@dataclass(frozen=True, slots=True)
class Order:
    """A scripted fault with its number and what is left of it."""

    id: int
    fault: ScriptedFault
    left: int


class FaultPlan:
    """Decides for each call. Scripted faults come first, in the order given; then the seeded rules."""

    def __init__(self, settings: FaultSettings) -> None:
        self.settings = settings
        self._rules = rules_of(settings)
        self._calls: Counter[tuple[Api, str, str]] = Counter()
        self._struck: Counter[tuple[FaultRule, str, str]] = Counter()
        self._orders: dict[int, Order] = {}
        self._next_id = 1

    @property
    def orders(self) -> tuple[Order, ...]:
        """The scripted faults that are not used up."""
        return tuple(self._orders.values())

    def script(self, fault: ScriptedFault) -> Order:
        """Order a fault for the next matching calls."""
        order = Order(id=self._next_id, fault=fault, left=fault.times)
        self._next_id += 1
        self._orders[order.id] = order
        return order

    def clear(self) -> None:
        """Forget all scripted faults; the seeded ones stay."""
        self._orders.clear()

    def next(self, api: Api, method: str, path: str) -> FaultKind | ExplicitAnswer | None:
        """What this call meets; None = nothing."""
        scripted = self._scripted(api, method, path)
        if scripted is not None:
            return scripted
        self._calls[api, method, path] += 1
        nth = self._calls[api, method, path]
        for rule in self._rules:
            if rule.api is api and self._strikes(rule, method, path, nth):
                self._struck[rule, method, path] += 1
                return rule.kind
        return None

    def _scripted(self, api: Api, method: str, path: str) -> FaultKind | ExplicitAnswer | None:
        for order in self._orders.values():
            if order.fault.matches(api, method, path):
                if order.left == 1:
                    del self._orders[order.id]
                else:
                    self._orders[order.id] = Order(order.id, order.fault, order.left - 1)
                return order.fault.kind or order.fault.answer
        return None

    def _strikes(self, rule: FaultRule, method: str, path: str, nth: int) -> bool:
        if rule.kind in _OF_ACTIONS and method not in _STARTING:
            return False
        if rule.most_per_path is not None and self._struck[rule, method, path] >= rule.most_per_path:
            return False
        text = f"{self.settings.seed}|{rule.api}|{rule.kind}|{method}|{path}|{nth}"
        digest = blake2b(text.encode(), digest_size=8).digest()
        return int.from_bytes(digest) / 2**64 < rule.probability
