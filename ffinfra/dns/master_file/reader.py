"""From a master file and what it includes to a zone, with every problem of all of them in one error."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Final

from ffinfra.dns.master_file.generate import MAXIMUM_GENERATED, expand, parse_range
from ffinfra.dns.master_file.includes import FileMistakeError, OpenFile, load_text, open_first, open_included
from ffinfra.dns.master_file.lexer import Entry, LexicalProblem, Token, split_entries
from ffinfra.dns.master_file.rdata_reader import TokenMistakeError, read_name
from ffinfra.dns.master_file.record_line import Scope, read_record, read_ttl
from ffinfra.dns.master_file.zone_file import PlacedRecord, ZoneFile
from ffinfra.dns.names import canonical_name, is_within, shortened
from ffinfra.dns.records import SOA, Zone, group_records
from ffinfra.problems import InvalidInputError, Place, Problem

_DIRECTIVES: Final = ("$TTL", "$ORIGIN", "$INCLUDE", "$GENERATE")
_TYPES_OF_STRINGS: Final = frozenset({"TXT", "SPF"})
_BLANKS = re.compile(r"[ \t]+")


def read_zone(path: Path, origin: str | None = None, *, include_root: Path) -> ZoneFile:
    """Read a zone from a BIND master file.

    Directives: $TTL, $ORIGIN, $INCLUDE (only files inside ``include_root``, relative to the including file;
    origin, owner and $TTL are after it as they were before) and $GENERATE (65,536 records in all).

    Args:
        path: the file.
        origin: the zone's name, with or without final dot; without it the SOA's owner is the zone.
        include_root: the folder that included files must lie in.

    Raises:
        InvalidInputError: with every problem of the file and those it includes, in the order of the files.
    """
    return _Reading(_absolute(origin), include_root).read(open_first(path))


def read_zone_text(text: str, origin: str | None = None, *, source: str = "<text>") -> ZoneFile:
    """Read a zone from text in which $INCLUDE is refused; else as ``read_zone``."""
    return _Reading(_absolute(origin), None).read(OpenFile(source, Path(source)), text)


def _absolute(origin: str | None) -> str | None:
    if origin is None:
        return None
    return canonical_name(origin if origin.endswith(".") else f"{origin}.")


class _Reading:
    """What is gathered while a file and its inclusions are read."""

    def __init__(self, origin: str | None, include_root: Path | None) -> None:
        self.origin = origin
        self.include_root = include_root
        self.records: list[PlacedRecord] = []
        self.problems: list[Problem] = []
        self.files: list[str] = []
        self.generated = 0

    def read(self, file: OpenFile, text: str | None = None) -> ZoneFile:
        """Read the first file, then judge the records together."""
        try:
            self.read_file(
                file,
                Scope(self.origin, zone_origin=self.origin),
                load_text(file.path) if text is None else text,
            )
        except FileMistakeError as mistake:
            self.add(Place(file.shown, mistake.line, mistake.column), mistake.what, mistake.way_out)
        soa = self.find_soa(file)
        origin = soa.record.owner if soa is not None else self.origin
        if origin is not None:
            self.check_within(origin)
        if self.problems or soa is None:
            raise InvalidInputError(sorted(self.problems, key=self.position))
        others = (placed.record for placed in self.records if placed.record.type != "SOA")
        zone = Zone(soa.record.owner, SOA.from_value(soa.record.value, soa.record.ttl), group_records(others))
        return ZoneFile(zone, tuple(self.records), tuple(self.files))

    def read_file(self, file: OpenFile, scope: Scope, text: str) -> None:
        """Read one file's entries."""
        if file.shown not in self.files:
            self.files.append(file.shown)
        for found in split_entries(text):
            if isinstance(found, LexicalProblem):
                what = f"in {_quoted(_BLANKS.sub(' ', found.text).strip())}: {found.what}"
                self.add(Place(file.shown, found.line, found.column), what, found.way_out)
            else:
                self.read_entry(found, file, scope)

    def read_entry(self, entry: Entry, file: OpenFile, scope: Scope) -> None:
        """Read one entry; a mistake in it is noted and reading goes on."""
        try:
            if entry.tokens[0].text.startswith("$") and not entry.tokens[0].quoted and not entry.indented:
                self.read_directive(entry, file, scope)
            else:
                self.take(entry, file, scope)
        except TokenMistakeError as mistake:
            token = mistake.token or entry.tokens[-1]
            what = f"in {_shown(entry)}: {mistake.what}"
            self.add(Place(file.shown, token.line, token.column), what, mistake.way_out)

    def take(self, entry: Entry, file: OpenFile, scope: Scope) -> None:
        """Read an entry as a record and keep it."""
        found = read_record(entry, scope)
        place = Place(file.shown, entry.tokens[0].line, entry.tokens[0].column)
        self.records.append(PlacedRecord(found.record, place, found.strings_split))

    def read_directive(self, entry: Entry, file: OpenFile, scope: Scope) -> None:
        """Carry out a directive."""
        word, *arguments = entry.tokens
        match word.text.upper(), arguments:
            case "$TTL", [ttl]:
                scope.default_ttl = read_ttl(ttl)
            case "$ORIGIN", [name]:
                scope.origin = read_name(name, scope.origin, scope.zone_origin)
            case "$INCLUDE", [path]:
                self.include(path, scope.origin, file, scope)
            case "$INCLUDE", [path, name]:
                self.include(path, read_name(name, scope.origin, scope.zone_origin), file, scope)
            case "$GENERATE", [numbers, _, _, *_]:
                self.generate(numbers, entry.tokens[2:], file, scope)
            case known, _ if known in _DIRECTIVES:
                raise TokenMistakeError(word, f"{known} has too few or too many arguments", _usage(known))
            case unknown, _:
                raise TokenMistakeError(word, f"{shortened(unknown)} is not a directive", _nearest(unknown))

    def include(self, written: Token, origin: str | None, by: OpenFile, scope: Scope) -> None:
        """Read an included file with a scope of its own."""
        if self.include_root is None:
            raise TokenMistakeError(written, "$INCLUDE is not possible here", "Write the records themselves.")
        try:
            file = open_included(written.text, by, self.include_root)
            text = load_text(file.path)
        except FileMistakeError as mistake:
            if mistake.line is None:
                raise TokenMistakeError(written, mistake.what, mistake.way_out) from None
            self.add(Place(file.shown, mistake.line, mistake.column), mistake.what, mistake.way_out)
            return
        inner = replace(scope, origin=origin)
        self.read_file(file, inner, text)
        scope.soa_minimum = inner.soa_minimum

    def generate(self, numbers: Token, template: tuple[Token, ...], file: OpenFile, scope: Scope) -> None:
        """Make the records of a $GENERATE, up to the first that is wrong."""
        try:
            iteration = parse_range(numbers.text)
        except ValueError as error:
            raise TokenMistakeError(numbers, str(error), "Write for example 1-254 or 0-254/2.") from None
        self.generated += len(iteration.numbers)
        if self.generated > MAXIMUM_GENERATED:
            what = f"$GENERATE makes more than {MAXIMUM_GENERATED} records in this zone"
            raise TokenMistakeError(numbers, what, "Make the range smaller, or write the records in a file.")
        for number in iteration.numbers:
            try:
                tokens = tuple(_expanded(template, number))
            except ValueError as error:
                raise TokenMistakeError(
                    template[0], str(error), "Escape a '$' that is meant as such: \\$."
                ) from None
            self.take(Entry(tokens, indented=False), file, scope)

    def find_soa(self, file: OpenFile) -> PlacedRecord | None:
        """The one SOA of the zone; with none or several it is a problem."""
        found = [placed for placed in self.records if placed.record.type == "SOA"]
        if not found:
            way_out = "Begin the zone with '@ IN SOA primary. mailbox. serial refresh retry expire minimum'."
            if not self.problems:
                self.add(Place(file.shown, 1, 1), "the zone has no SOA record", way_out)
            return None
        for extra in found[1:]:
            what = f"a second SOA, for {extra.record.owner}; the first stands at {found[0].place}"
            self.add(extra.place, what, "A zone has one SOA, at its apex; remove the other.")
        owner = found[0].record.owner
        if self.origin is not None and owner != self.origin:
            what = f"the SOA belongs to {owner}, not to {self.origin} as asked"
            self.add(found[0].place, what, f"Make {self.origin} the owner, or read the file as that zone.")
        return found[0]

    def check_within(self, origin: str) -> None:
        """Note every record that does not lie in the zone."""
        for placed in self.records:
            if placed.record.type != "SOA" and not is_within(placed.record.owner, origin):
                owner = placed.record.owner
                what = f"in '{placed.record}': {owner} lies outside {origin}, the zone of this file"
                way_out = "Move the record to its own zone, or check $ORIGIN and the owner's final dot."
                self.add(placed.place, what, way_out)

    def add(self, place: Place, what: str, way_out: str) -> None:
        """Note a problem."""
        self.problems.append(Problem(place=place, what=what, way_out=way_out))

    def position(self, problem: Problem) -> tuple[int, int, int]:
        """Where a problem comes in the list: by file in the order of reading, line, column."""
        known = problem.place.file in self.files
        file = self.files.index(problem.place.file) if known else len(self.files)
        return file, problem.place.line or 0, problem.place.column or 0


def _expanded(template: tuple[Token, ...], number: int) -> Iterator[Token]:
    """The tokens of one generated record; a lone quoted value is split up as BIND does, unless it is text."""
    for index, token in enumerate(template):
        made = replace(token, text=expand(token.text, number))
        text_type = template[index - 1].text.upper() in _TYPES_OF_STRINGS
        if index and token.quoted and index == len(template) - 1 and not text_type:
            yield from (replace(made, text=word, quoted=False) for word in made.text.split())
        else:
            yield made


def _shown(entry: Entry) -> str:
    words = (f'"{token.text}"' if token.quoted else token.text for token in entry.tokens)
    return _quoted(" ".join(words))


def _quoted(text: str) -> str:
    """A record as a message names it: printable, bounded."""
    return f"'{shortened(text, 100)}'"


def _usage(directive: str) -> str:
    match directive:
        case "$TTL":
            return "Write for example $TTL 1h."
        case "$ORIGIN":
            return "Write for example $ORIGIN mesh.example."
        case "$INCLUDE":
            return "Write $INCLUDE file, or $INCLUDE file origin."
        case _:
            return "Write $GENERATE range owner type value, for example $GENERATE 1-9 n$ A 192.0.2.$."


def _nearest(unknown: str) -> str:
    near = difflib.get_close_matches(unknown, _DIRECTIVES, 1)
    return f"Did you mean {near[0]}?" if near else f"Known are {', '.join(_DIRECTIVES)}."
