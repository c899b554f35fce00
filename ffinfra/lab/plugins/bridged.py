"""A resource type as the official plugins' bridge to Terraform makes it, with the four calls left open.

Sources: pulumi-terraform-bridge, pkg/tfbridge/provider.go and pkg/pf/tfbridge; how it shows was tried with
the real plugins.
"""

from __future__ import annotations

import hashlib
import secrets
from abc import abstractmethod
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import ClassVar

from ffinfra.lab.plugins.checking import refusals
from ffinfra.lab.plugins.differing import changes
from ffinfra.lab.plugins.fields import Family, Fields
from ffinfra.lab.plugins.planning import planned, recovered_inputs, wanted, with_defaults
from ffinfra.lab.plugins.remote import CancelledError, LostError, RemoteError
from ffinfra.lab.plugins.values import Values, WrongKindError, own, shaped
from ffinfra.problems import OperationalError
from ffinfra.provider.properties import Properties, Value
from ffinfra.provider.resource_type import (
    Difference,
    Existing,
    PartiallyCreatedError,
    Refusal,
    ResourceType,
)

Born = Callable[[str], None]
"""To be called with the id as soon as the thing exists."""


class Bridged(ResourceType):
    """A type described by its fields; subclasses ask the API."""

    fields: ClassVar[Fields]
    family: ClassVar[Family]

    @abstractmethod
    def make(self, plan: Values, born: Born) -> Values:
        """Create it; returns the outputs. In the plan computed values are ``UNKNOWN``, hidden inputs plain.

        Raises:
            RemoteError: the API refused or was silent.
        """

    @abstractmethod
    def look(self, resource_id: str, state: Values) -> tuple[str, Values] | None:
        """Ask for it; returns id and outputs, or None when it is gone. The state is empty on import."""

    @abstractmethod
    def change(self, resource_id: str, state: Values, plan: Values, changed: frozenset[str]) -> Values:
        """Update it in place; returns the outputs. ``changed`` are the properties that differ."""

    @abstractmethod
    def remove(self, resource_id: str, state: Values) -> None:
        """Delete it."""

    def reconcile(self, state: Values, aim: Values) -> Values:
        """What is wanted, with the state's words where both mean the same."""
        del state
        return aim

    def refuse(self, values: Values) -> Iterator[Refusal]:
        """Reasons that concern several properties; values may be ``UNKNOWN``."""
        del values
        yield from ()

    def tell(self, error: RemoteError) -> RemoteError:
        """The error as the official plugin words it."""
        return error

    def fill_in(self, name: str, inputs: Properties, old_inputs: Properties, seed: bytes) -> Properties:
        """Bring values into shape, add the name and, for the older family, the defaults and their lists."""
        values = {key: self._shaped(key, value) for key, value in own(inputs.values).items()}
        names: Values = {
            key: old_inputs.values.get(key) or _unique_name(name, seed)
            for key, field in self.fields.items()
            if field.autonamed and key not in values
        }
        if self.family is Family.SDK_V2:
            return inputs.with_values(with_defaults(self.fields, values, names))
        return inputs.with_values(values | names)

    def check(self, inputs: Properties) -> Sequence[Refusal]:
        """Refuse at preview what need not be asked."""
        found = list(refusals(self.fields, inputs.values))
        return found or list(self.refuse(own(inputs.values)))

    def diff(self, state: Properties, inputs: Properties) -> Difference:
        """Compare; an explicit name makes the older family delete first (nameRequiresDeleteBeforeReplace)."""
        aim = self._aim(state, inputs)
        found = changes(self.fields, self.family, state.values, aim)
        defaults = inputs.values.get("__defaults") or []
        named = any(
            field.autonamed and key in inputs.values and key not in defaults
            for key, field in self.fields.items()
        )
        replaces = any(change.replaces for change in found.values())
        return Difference(found, replaces and named and self.family is Family.SDK_V2)

    def create(self, name: str, inputs: Properties, *, preview: bool) -> tuple[str, Properties]:
        """Create; what exists without being as asked for is kept by the older family only."""
        del name
        aim = wanted(self.fields, inputs.values)
        plan = planned(self.fields, self.family, None, aim)
        if preview:
            return "", inputs.with_values(plan)
        hidden = [key for key, field in self.fields.items() if field.hidden and key in aim]
        ids: list[str] = []
        try:
            with self._telling():
                outputs = self.make(plan | {key: inputs.values[key] for key in hidden}, ids.append)
        except (RemoteError, CancelledError) as error:
            if ids and self._keeps(error):
                echo = {"id": ids[0], **aim}
                raise PartiallyCreatedError(ids[0], inputs.with_values(echo), inputs, str(error)) from error
            raise
        return ids[0], inputs.with_values(outputs | {key: aim[key] for key in hidden})

    def read(self, resource_id: str, state: Properties, inputs: Properties) -> Existing | None:
        """Refresh or import."""
        with self._telling():
            found = self.look(resource_id, dict(state.values))
        if found is None:
            return None
        new_id, outputs = found
        marks = state.secret_keys | inputs.secret_keys
        recovered = recovered_inputs(self.fields, self.family, inputs.values, outputs)
        return Existing(
            new_id,
            Properties(outputs, marks & frozenset(outputs)),
            Properties(recovered, marks & frozenset(recovered)),
        )

    def update(self, resource_id: str, state: Properties, inputs: Properties, *, preview: bool) -> Properties:
        """Update in place; where that fails, the older family keeps the state and has the next run update."""
        aim = self._aim(state, inputs)
        plan = planned(self.fields, self.family, state.values, aim)
        if preview:
            return inputs.with_values({"id": resource_id, **plan})
        found = changes(self.fields, self.family, state.values, aim)
        changed = frozenset(path.split(".", 1)[0].split("[", 1)[0] for path in found)
        try:
            with self._telling():
                return inputs.with_values(self.change(resource_id, dict(state.values), plan, changed))
        except (RemoteError, CancelledError) as error:
            if self._keeps(error):
                raise PartiallyCreatedError(resource_id, state, inputs, str(error)) from error
            raise

    def delete(self, resource_id: str, state: Properties) -> None:
        """Delete."""
        with self._telling():
            self.remove(resource_id, dict(state.values))

    def _keeps(self, error: OperationalError) -> bool:
        """Whether what failed half way is saved."""
        return self.family is Family.SDK_V2 and not isinstance(error, LostError)

    def _aim(self, state: Properties, inputs: Properties) -> Values:
        return self.reconcile(dict(state.values), wanted(self.fields, inputs.values))

    @contextmanager
    def _telling(self) -> Iterator[None]:
        try:
            yield
        except RemoteError as error:
            raise self.tell(error) from error

    def _shaped(self, key: str, value: Value) -> Value:
        """What cannot be brought into shape stays, for the check to refuse it."""
        if key not in self.fields:
            return value
        try:
            return shaped(key, self.fields[key], value)
        except WrongKindError:
            return value


def _unique_name(name: str, seed: bytes) -> str:
    """The bridge's way: the resource's name and seven hexadecimal digits."""
    digits = hashlib.sha256(seed).hexdigest() if seed else secrets.token_hex(4)
    return f"{name}-{digits[:7]}"
