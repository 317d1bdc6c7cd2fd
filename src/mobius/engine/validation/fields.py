"""Typed access to the fields of a JSON object of unknown content."""

from __future__ import annotations

import math
import re
from collections.abc import Container, Sequence
from datetime import timedelta
from typing import Any, TypeVar

from mobius.engine.durations import parse_duration
from mobius.engine.expressions import (
    Expression,
    ExpressionError,
    Template,
    compile_expression,
    compile_template,
)
from mobius.engine.problems import Place, kind_of, shortened
from mobius.engine.spec import VariablePath

LONGEST_NAME = 255
LARGEST_COUNT = 1_000_000_000

_Choice = TypeVar("_Choice", bound=str)
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)*")


class Fields:
    """The fields of an object.

    Every getter reports what is wrong with a field and then returns a stand-in of the right type: when there
    is any problem, nothing that was read is used.
    """

    def __init__(self, place: Place, raw: dict[str, Any]) -> None:
        self.place = place
        self.raw = raw

    def __contains__(self, key: str) -> bool:
        return key in self.raw

    def allow_only(self, allowed: Container[str]) -> None:
        """Report all other fields."""
        for key in self.raw:
            if key not in allowed:
                self.place.key(key).report("unknown field")

    def text(self, key: str) -> str | None:
        """Return an optional text."""
        value = self._typed(key, str)
        return value if isinstance(value, str) else None

    def required_text(self, key: str) -> str:
        """Return a text that must be there and not be empty."""
        value = self.text(key)
        if key not in self.raw:
            self.place.key(key).report("missing")
        elif value == "":
            self.place.key(key).report("must not be empty")
        return value or ""

    def name(self, key: str) -> str:
        """Return a required text that names something."""
        name = self.required_text(key)
        if len(name) > LONGEST_NAME:
            self.place.key(key).report(f"longer than {LONGEST_NAME} characters")
        return name

    def one_of(self, key: str, choices: Sequence[_Choice], default: _Choice | None = None) -> _Choice:
        """Return one of the choices; without a default the field must be there."""
        if key not in self.raw and default is not None:
            return default
        value = self.required_text(key)
        for choice in choices:
            if value == choice:
                return choice
        if value:
            self.place.key(key).report(f'"{shortened(value)}" is none of {", ".join(choices)}')
        return choices[0]

    def flag(self, key: str) -> bool:
        """Return an optional boolean."""
        return self._typed(key, bool) is True

    def count(self, key: str) -> int:
        """Return an optional whole number from 0 to a billion."""
        value = self.raw.get(key, 0)
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        if not isinstance(value, int) or isinstance(value, bool):
            self.place.key(key).report(f"expected integer, got {kind_of(value)}")
            return 0
        if not 0 <= value <= LARGEST_COUNT:
            self.place.key(key).report(f"must be a number from 0 to {LARGEST_COUNT}")
            return 0
        return value

    def positive_number(self, key: str, default: float) -> float:
        """Return an optional number above 0."""
        value = self.raw.get(key, default)
        if isinstance(value, bool) or not isinstance(value, int | float):
            self.place.key(key).report(f"expected number, got {kind_of(value)}")
            return default
        try:
            number = float(value)
        except OverflowError:
            number = math.inf
        if not 0 < number < math.inf:
            self.place.key(key).report("must be a number above 0")
            return default
        return number

    def duration(self, key: str) -> timedelta | None:
        """Return an optional duration above 0."""
        value = self.text(key)
        if value is None:
            return None
        try:
            duration = parse_duration(value)
        except ValueError as error:
            self.place.key(key).report(str(error))
            return None
        if duration <= timedelta():
            self.place.key(key).report("must be longer than nothing")
        return duration

    def required_duration(self, key: str) -> timedelta:
        """Return a duration that must be there."""
        if key not in self.raw:
            self.place.key(key).report("missing")
        return self.duration(key) or timedelta(seconds=1)

    def variable(self, key: str) -> VariablePath | None:
        """Return an optional variable name; dots reach into objects."""
        name = self.text(key)
        return None if name is None else variable_path(self.place.key(key), name)

    def inner(self, key: str) -> Fields | None:
        """Return an optional object."""
        value = self._typed(key, dict)
        return Fields(self.place.key(key), value) if isinstance(value, dict) else None

    def required_object(self, key: str) -> Fields:
        """Return an object that must be there."""
        if key not in self.raw:
            self.place.key(key).report("missing")
        return self.inner(key) or Fields(self.place.key(key), {})

    def items(self, key: str) -> list[tuple[Place, Any]]:
        """Return the items of an optional array, each with its place."""
        value = self._typed(key, list)
        items = value if isinstance(value, list) else []
        place = self.place.key(key)
        return [(place.item(index), item) for index, item in enumerate(items)]

    def objects(self, key: str) -> list[Fields]:
        """Return the items of an optional array of objects."""
        found = []
        for place, item in self.items(key):
            if isinstance(item, dict):
                found.append(Fields(place, item))
            else:
                place.report(f"expected object, got {kind_of(item)}")
        return found

    def texts(self, key: str) -> list[tuple[Place, str]]:
        """Return the items of an optional array of texts."""
        found = []
        for place, item in self.items(key):
            if not isinstance(item, str):
                place.report(f"expected string, got {kind_of(item)}")
            elif not item:
                place.report("must not be empty")
            else:
                found.append((place, item))
        return found

    def expression(self, key: str) -> Expression | None:
        """Return an optional expression, compiled."""
        source = self.text(key)
        if source is None:
            return None
        try:
            return compile_expression(source)
        except ExpressionError as error:
            self.place.key(key).report(str(error))
            return None

    def template(self, key: str) -> Template:
        """Return the value of a field, whatever it is, with the holes in its texts compiled."""
        return compiled_template(self.place.key(key), self.raw.get(key))

    def _typed(self, key: str, kind: type) -> object:
        if key not in self.raw:
            return None
        value: object = self.raw[key]
        if not isinstance(value, kind):
            self.place.key(key).report(f"expected {kind_of(kind())}, got {kind_of(value)}")
            return None
        return value


def variable_path(place: Place, name: str) -> VariablePath:
    """Return the parts of a variable name."""
    if name.startswith("state."):
        place.report(f'a bare variable name is meant here: "{shortened(name[6:])}", without "state."')
    elif len(name) > LONGEST_NAME:
        place.report(f"longer than {LONGEST_NAME} characters")
    elif not _VARIABLE.fullmatch(name):
        place.report(f'"{shortened(name)}" is not a variable name (letters, digits, _ and dots)')
    return tuple(name.split("."))


def compiled_template(place: Place, value: Any) -> Template:
    """Return the compiled template; report each text in it that does not compile, at its own path."""
    try:
        return compile_template(value)
    except ExpressionError as error:
        if not _report_bad_texts(place, value):
            place.report(str(error))
        return compile_template(None)


def _report_bad_texts(place: Place, value: Any) -> bool:
    if isinstance(value, dict | list):
        items = value.items() if isinstance(value, dict) else enumerate(value)
        found = [_report_bad_texts(place.at(key), item) for key, item in items]
        return True in found
    try:
        compile_template(value)
    except ExpressionError as error:
        place.report(str(error))
        return True
    return False
