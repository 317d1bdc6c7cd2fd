"""`sprintf` with Go's verbs, without Python's formatting of user input."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from mobius.engine.expressions.errors import ExpressionError
from mobius.engine.expressions.evaluation import Evaluation
from mobius.engine.expressions.values import (
    as_float,
    check_text,
    checked_float,
    checked_int,
    is_number,
    kind,
    text,
    text_within,
)

MAX_WIDTH = 1_000
MAX_PRECISION = 50
_VERB = re.compile(r"%([-+0]*)(\d*)(?:\.(\d+))?(.?)", re.DOTALL)


def sprintf(evaluation: Evaluation, pattern: str, values: tuple[Any, ...]) -> str:
    """Return `pattern` with its verbs (%s %v %d %f %e %q %x %t %%) replaced by the values in order."""
    given = iter(values)
    parts: list[str] = []
    size = position = 0
    for match in _VERB.finditer(pattern):
        parts += (pattern[position : match.start()], _formatted(evaluation, match, given))
        evaluation.spend(1)
        size += len(parts[-1]) + len(parts[-2])
        check_text(size)
        position = match.end()
    if next(given, _NOTHING) is not _NOTHING:
        raise ExpressionError("sprintf: more values than verbs")
    parts.append(pattern[position:])
    return "".join(parts)


_NOTHING = object()


def _formatted(evaluation: Evaluation, match: re.Match[str], given: Iterator[Any]) -> str:
    flags, width, precision, verb = match.groups()
    if verb == "%":
        return "%"
    if (
        len(width) > 4
        or int(width or 0) > MAX_WIDTH
        or len(precision or "") > 2
        or int(precision or 0) > MAX_PRECISION
    ):
        raise ExpressionError(
            f"sprintf: width up to {MAX_WIDTH} and precision up to {MAX_PRECISION} are possible"
        )
    if verb not in _VERBS or not verb:
        raise ExpressionError(f"sprintf: {'%' + verb!r} is not a verb; use %s %v %d %f %e %q %x %t or %%")
    value = next(given, _NOTHING)
    if value is _NOTHING:
        raise ExpressionError(f"sprintf: no value for %{verb}")
    if isinstance(value, list | dict):
        value = text_within(evaluation, value)
    shown = _VERBS[verb](value, None if precision is None else int(precision))
    if "+" in flags and is_number(value) and not shown.startswith("-"):
        shown = "+" + shown
    return _padded(shown, flags, int(width or 0), number=is_number(value))


def _padded(shown: str, flags: str, width: int, *, number: bool) -> str:
    if "-" in flags:
        return shown.ljust(width)
    return shown.zfill(width) if "0" in flags and number else shown.rjust(width)


def _text(value: Any, precision: int | None) -> str:
    return text(value)[:precision]


def _any(value: Any, _precision: int | None) -> str:
    return "<nil>" if value is None else text(value)


def _decimal(value: Any, _precision: int | None) -> str:
    if type(value) is int or (isinstance(value, float) and value.is_integer()):
        return str(checked_int(int(value)))
    raise _wrong("d", "an int", value)


def _fixed(value: Any, precision: int | None) -> str:
    if not is_number(value):
        raise _wrong("f", "a number", value)
    return f"{_finite(value):.{6 if precision is None else precision}f}"


def _finite(value: float) -> float:
    return checked_float(as_float(value))


def _exponent(value: Any, precision: int | None) -> str:
    if not is_number(value):
        raise _wrong("e", "a number", value)
    return f"{_finite(value):.{6 if precision is None else precision}e}"


def _quoted(value: Any, _precision: int | None) -> str:
    return json.dumps(text(value), ensure_ascii=False)


def _hexadecimal(value: Any, _precision: int | None) -> str:
    if type(value) is int:
        return f"{checked_int(value):x}"
    if isinstance(value, str):
        check_text(2 * len(value))
        return value.encode("utf-8", "replace").hex()
    raise _wrong("x", "an int or a string", value)


def _truth(value: Any, _precision: int | None) -> str:
    if isinstance(value, bool):
        return text(value)
    raise _wrong("t", "a bool", value)


def _wrong(verb: str, wanted: str, value: Any) -> ExpressionError:
    return ExpressionError(f"sprintf: %{verb} needs {wanted}, got {kind(value)}")


_VERBS = {
    "s": _text,
    "v": _any,
    "d": _decimal,
    "f": _fixed,
    "e": _exponent,
    "q": _quoted,
    "x": _hexadecimal,
    "t": _truth,
}
