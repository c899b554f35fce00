"""Request bodies as models; a wrong body becomes one refusal that names every wrong field."""

from __future__ import annotations

from collections import defaultdict
from typing import Annotated, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from ffinfra.lab.clouds.call import Call
from ffinfra.lab.clouds.hetzner.errors import invalid_input
from ffinfra.lab.clouds.hetzner.labels import checked_labels


class Body(BaseModel):
    """A request body. Fields unknown to the API's description are refused, types are not converted."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


Labels = Annotated[dict[str, str], AfterValidator(checked_labels)]
NewLabels = Annotated[Labels, Field(default_factory=dict)]
Name = Annotated[str, StringConstraints(min_length=1, max_length=255)]

BodyT = TypeVar("BodyT", bound=BaseModel)


class NoBody(Body):
    """An action without parameters; an empty object is fine too."""


def read_body(call: Call, model: type[BodyT]) -> BodyT:
    """The body of a call.

    Raises:
        HetznerError: ``invalid_input`` with what is wrong, by field.
    """
    try:
        return model.model_validate_json(call.body or b"{}")
    except ValidationError as error:
        fields: dict[str, list[str]] = defaultdict(list)
        for detail in error.errors(include_url=False, include_input=False, include_context=False):
            where = [str(part) for part in detail["loc"]] or ["body"]
            fields[where[0]].append(": ".join([".".join(where[1:]), detail["msg"]]).removeprefix(": "))
        raise invalid_input(fields) from None
