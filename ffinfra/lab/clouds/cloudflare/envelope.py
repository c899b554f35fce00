"""The envelope around every answer, and pages of lists."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from ffinfra.lab.clouds.call import Answer, Call, JsonObject
from ffinfra.lab.clouds.cloudflare.errors import CloudflareError

ItemT = TypeVar("ItemT")
BodyT = TypeVar("BodyT", bound=BaseModel)

_BAD_BODY = 9207


def success(result: object, **more: object) -> Answer:
    """An answer with a result."""
    return Answer(200, {"success": True, "errors": [], "messages": [], "result": result} | more)


def page(
    call: Call,
    items: Sequence[ItemT],
    shape: Callable[[ItemT], JsonObject],
    *,
    default_size: int,
    largest: int,
) -> Answer:
    """One page of a list, with ``result_info``."""
    number, size = _number(call, "page", 1, None), _number(call, "per_page", default_size, largest)
    shown = [shape(item) for item in items[(number - 1) * size : number * size]]
    info: JsonObject = {
        "page": number,
        "per_page": size,
        "count": len(shown),
        "total_count": len(items),
        "total_pages": -(-len(items) // size),
    }
    return success(shown, result_info=info)


def read_body(call: Call, model: type[BodyT]) -> BodyT:
    """The body of a call.

    Raises:
        CloudflareError: it is no JSON, or fields have wrong types; the message names them.
    """
    try:
        return model.model_validate_json(call.body or b"{}")
    except ValidationError as error:
        details = error.errors(include_url=False, include_input=False, include_context=False)
        said = [f"{'.'.join(str(part) for part in detail['loc'])}: {detail['msg']}" for detail in details]
        raise CloudflareError(_BAD_BODY, "Request body is invalid: " + "; ".join(said)) from None


def _number(call: Call, name: str, default: int, largest: int | None) -> int:
    text = call.wanted(name)
    if text is None:
        return default
    if not text.isdigit() or int(text) < 1 or (largest is not None and int(text) > largest):
        raise CloudflareError(_BAD_BODY, f"{name} is out of range")
    return int(text)
