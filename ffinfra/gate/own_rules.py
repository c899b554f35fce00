"""A community's own rules: the functions of ``gate_rules.py`` beside Pulumi.yaml.

Each function whose name has no leading underscore is a rule. It takes a ``GateContext`` and yields ``Hit``s; the
first line of its docstring is the rule's title, ``too_late`` becomes the rule ``own-too-late``. Whatever goes
wrong in it blocks: a rule that was not applied must not look like one that found nothing.
"""

from __future__ import annotations

import inspect
import traceback
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import FunctionType

from ffinfra.gate.context import GateContext
from ffinfra.gate.findings import Severity
from ffinfra.gate.rules.rule import Hit, Rule

OWN_RULES_FILE = "gate_rules.py"

_OwnFunction = Callable[[GateContext], Iterable[object] | None]


@dataclass(frozen=True, slots=True)
class OwnRules:
    """What a project's file holds.

    Attributes:
        rules: its rules, by identifier.
        broken: why the file could not be read as a whole; empty when it could, or when there is none.
    """

    rules: tuple[Rule, ...] = ()
    broken: str = ""


def load_own_rules(project: Path) -> OwnRules:
    """Read and run a project's ``gate_rules.py``; never raises for what is wrong in it."""
    file = project / OWN_RULES_FILE
    if not file.exists():
        return OwnRules()
    names: dict[str, object] = {"__name__": "gate_rules", "__file__": str(file)}
    try:
        exec(compile(file.read_bytes(), OWN_RULES_FILE, "exec"), names)  # noqa: S102 - the community's own code
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # noqa: BLE001 - whatever it raises, SystemExit too, must block
        return OwnRules(broken=_last_line(error))
    functions = [
        (name, value)
        for name, value in names.items()
        if isinstance(value, FunctionType) and value.__module__ == "gate_rules" and name[0] != "_"
    ]
    return OwnRules(tuple(_rule(name, function) for name, function in sorted(functions)))


def _rule(name: str, function: FunctionType) -> Rule:
    title = (inspect.getdoc(function) or f"what {name} demands").splitlines()[0]
    return Rule(
        identifier=f"own-{name.replace('_', '-').strip('-').lower()}",
        title=title,
        why=f"A rule of this community, in {OWN_RULES_FILE}.",
        severity=Severity.BLOCK,
        way_out=f"See {name} in {OWN_RULES_FILE}",
        evaluate=_guarded(name, function),
    )


def _guarded(name: str, function: _OwnFunction) -> Callable[[GateContext], Iterable[Hit]]:
    def evaluate(context: GateContext) -> Iterable[Hit]:
        try:
            return list(_hits(function(context)))
        except KeyboardInterrupt:
            raise
        except BaseException as error:  # noqa: BLE001 - a rule that ends with any error blocks
            broken = f"{name} is broken: {_last_line(error)}"
            return [Hit(broken, (), f"Mend {name} in {OWN_RULES_FILE}")]

    return evaluate


def _hits(found: Iterable[object] | None) -> Iterator[Hit]:
    for hit in found or ():
        if not isinstance(hit, Hit):
            raise TypeError(f"it yields a {type(hit).__name__}, not a Hit of ffinfra.gate.rules.rule")
        yield Hit(str(hit.reason), tuple(map(str, hit.resources)), str(hit.way_out), _severity(hit))


def _severity(hit: Hit) -> Severity | None:
    return None if hit.severity is None else Severity(hit.severity)


def _last_line(error: BaseException) -> str:
    """The last line of the traceback, with the line in the file that it came from."""
    words = traceback.format_exception_only(error)[-1].strip()
    lines = [
        frame.lineno
        for frame in traceback.extract_tb(error.__traceback__)
        if frame.filename == OWN_RULES_FILE
    ]
    if isinstance(error, SyntaxError) and error.filename == OWN_RULES_FILE:
        lines.append(error.lineno)
    return f"{words} ({OWN_RULES_FILE}:{lines[-1]})" if lines else words
