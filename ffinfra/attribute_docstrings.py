"""What the docstrings below a model's settings say, for errors that name a setting.

Pydantic can collect them itself (``use_attribute_docstrings``), but does so when the classes are made: a tenth of a
second at the start of every command, and of the program in every preview, for sentences that only a mistake needs.
"""

from __future__ import annotations

import ast
import inspect
import sys
from functools import cache
from itertools import takewhile
from types import ModuleType

from pydantic import BaseModel


@cache
def attribute_docstrings(model: type[BaseModel]) -> dict[str, str]:
    """The docstrings of a class's own attributes and of those that it inherits: name -> text.

    Raises:
        OSError: the source of the class is not there.
    """
    found: dict[str, str] = {}
    own = tuple(takewhile(lambda one: one is not BaseModel, model.__mro__))
    for one in reversed(own):
        found |= _of_module(sys.modules[one.__module__]).get(one.__name__, {})
    return found


@cache
def _of_module(module: ModuleType) -> dict[str, dict[str, str]]:
    parsed = ast.parse(inspect.getsource(module))
    return {node.name: _of_class(node) for node in ast.walk(parsed) if isinstance(node, ast.ClassDef)}


def _of_class(declared: ast.ClassDef) -> dict[str, str]:
    """PEP 257: a string that stands right below an attribute says what it is."""
    return {
        above.target.id: inspect.cleandoc(below.value.value)
        for above, below in zip(declared.body, declared.body[1:], strict=False)
        if isinstance(above, ast.AnnAssign)
        and isinstance(above.target, ast.Name)
        and isinstance(below, ast.Expr)
        and isinstance(below.value, ast.Constant)
        and isinstance(below.value.value, str)
    }
