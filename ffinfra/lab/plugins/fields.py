"""What a property of a resource type is: its kind, where its value comes from, what a change does.

The words follow Terraform's provider schemas, from which the official plugins are bridged: *required*,
*computed* (the API decides where the program does not), *replaces* ("force new").
Source: https://developer.hashicorp.com/terraform/plugin/sdkv2/schemas/schema-behaviors
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum

from ffinfra.provider.properties import Value


class Kind(Enum):
    """The shape of a value."""

    TEXT = "a text"
    WHOLE = "a whole number"
    NUMBER = "a number"
    TRUTH = "true or false"
    MAP = "a map of texts"
    LIST = "a list"
    SET = "a set"
    OBJECT = "an object"
    ANY = "a text or a number"


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One property.

    Attributes:
        kind: the shape of its value.
        required: the program must give it.
        output_only: the program cannot give it.
        computed: where the program does not give it, the API's value is kept.
        stable: a computed value is known to outlive an update, so a preview may show it.
        default: the value where the program gives none.
        replaces: a change needs a new resource.
        autonamed: where the program gives none, it becomes the resource's name and a random ending.
        element: what a list or a set holds.
        members: what an object holds.
        allowed: the only values possible.
        stored: the form in which the state keeps an input, such as a hash or a canonical address.
        hidden: the state keeps another form than the program gives, so a read leaves the input as it is.
        refusal: what is wrong with a value; an empty text when nothing is.
        unsupported: why this stand-in refuses the property as an input; empty where it takes it.
    """

    kind: Kind = Kind.TEXT
    required: bool = False
    output_only: bool = False
    computed: bool = False
    stable: bool = False
    default: Value = None
    replaces: bool = False
    autonamed: bool = False
    element: Field | None = None
    members: Mapping[str, Field] = field(default_factory=dict)
    allowed: tuple[str, ...] = ()
    stored: Callable[[Value], Value] | None = None
    hidden: bool = False
    refusal: Callable[[Value], str] | None = None
    unsupported: str = ""

    @property
    def is_input(self) -> bool:
        """Whether the official plugin takes it from the program."""
        return not self.output_only

    @property
    def has_default(self) -> bool:
        """Whether there is a value even where the program gives none."""
        return self.default is not None


Fields = Mapping[str, Field]
"""The properties of a resource type by the name that the engine sees."""


class Family(Enum):
    """The two generations of code in the official plugins, which behave differently."""

    SDK_V2 = "terraform-plugin-sdk/v2"
    """Zero values and absent ones are alike; named things are deleted before they are replaced; what is half
    created stays in the state."""

    FRAMEWORK = "terraform-plugin-framework"
    """Replacements are created first; what is half created is forgotten."""
