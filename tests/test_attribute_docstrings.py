"""Docstrings below attributes: read from the source when a mistake needs them."""

from __future__ import annotations

from ffinfra.attribute_docstrings import attribute_docstrings
from ffinfra.dns.delegation.parents import ManualParent
from ffinfra.network.values import Model


class Fruit(Model):
    """A model with and without words."""

    colour: str
    """How it looks,
    from outside."""
    weight: int


class Apple(Fruit):
    """Inherits what is said, and says something of its own."""

    weight: int = 150
    """Grams."""


def test_own_and_inherited() -> None:
    own = {name: said for name, said in attribute_docstrings(Apple).items() if name in Apple.model_fields}
    assert own == {"colour": "How it looks,\nfrom outside.", "weight": "Grams."}


def test_they_are_the_descriptions_of_the_schema() -> None:
    described = Apple.model_json_schema()["properties"]
    assert {name: setting.get("description") for name, setting in described.items()} == {
        "colour": "How it looks,\nfrom outside.",
        "weight": "Grams.",
    }
    assert "description" not in Fruit.model_json_schema()["properties"]["weight"]


def test_every_setting_of_the_declarations_can_be_told() -> None:
    assert "page" in attribute_docstrings(ManualParent)
