"""Lists: filters, order and pages (https://docs.hetzner.cloud/reference/cloud#pagination)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

from ffinfra.lab.clouds.call import Answer, Call, JsonObject
from ffinfra.lab.clouds.hetzner.errors import invalid_input
from ffinfra.lab.clouds.hetzner.labels import selects
from ffinfra.lab.clouds.hetzner.table import Stored

ItemT = TypeVar("ItemT")
StoredT = TypeVar("StoredT", bound=Stored)

_DEFAULT_PAGE = 25
_SORT_FIELDS = ("id", "name", "created")


def filtered(call: Call, items: Iterable[StoredT]) -> list[StoredT]:
    """The objects that ``name`` and ``label_selector`` want, in the order of ``sort``."""
    chosen = list(items)
    if (name := call.wanted("name")) is not None:
        chosen = [item for item in chosen if item.name == name]
    if selector := call.wanted("label_selector"):
        wanted = selects(selector)
        chosen = [item for item in chosen if wanted(item.labels)]
    return sorted_by_request(call, chosen, _SORT_FIELDS)


def sorted_by_request(call: Call, items: list[ItemT], fields: Sequence[str]) -> list[ItemT]:
    """The items in the order of ``sort=field[:asc|:desc]``, which may be given several times."""
    for order in reversed(call.all_wanted("sort")):
        field, _, direction = order.partition(":")
        if field not in fields or direction not in ("", "asc", "desc"):
            raise invalid_input({"sort": [f"{order!r} is not one of {', '.join(fields)}"]})
        items = sorted(items, key=lambda item: getattr(item, field), reverse=direction == "desc")
    return items


def page(
    call: Call,
    key: str,
    items: Sequence[ItemT],
    shape: Callable[[ItemT], JsonObject],
    *,
    largest: int = 50,
) -> Answer:
    """One page of a list, under a key such as ``servers``, with ``meta.pagination``."""
    number = _number(call, "page", 1, None)
    size = _number(call, "per_page", _DEFAULT_PAGE, largest)
    last = max(1, -(-len(items) // size))
    pagination: JsonObject = {
        "page": number,
        "per_page": size,
        "previous_page": number - 1 if number > 1 else None,
        "next_page": number + 1 if number < last else None,
        "last_page": last,
        "total_entries": len(items),
    }
    shown = [shape(item) for item in items[(number - 1) * size : number * size]]
    return Answer(200, {key: shown, "meta": {"pagination": pagination}})


def _number(call: Call, name: str, default: int, largest: int | None) -> int:
    text = call.wanted(name)
    if text is None:
        return default
    if not text.isdigit() or int(text) < 1 or (largest is not None and int(text) > largest):
        limit = "" if largest is None else f" to {largest}"
        raise invalid_input({name: [f"must be a number from 1{limit}"]})
    return int(text)
