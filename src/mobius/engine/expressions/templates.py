"""Templates: JSON whose strings may have `${...}` holes."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, NamedTuple, TypeAlias

from mobius.engine.expressions.allowance import Allowance
from mobius.engine.expressions.errors import (
    MAX_DEPTH,
    MAX_RESULT_BYTES,
    MAX_TEMPLATE_BYTES,
    ExpressionError,
)
from mobius.engine.expressions.expression import Expression
from mobius.engine.expressions.values import check_text, text


class Template:
    """A compiled template: JSON in which some strings are filled in when it is rendered.

    `constant`: it has no holes. What is rendered shares its constant parts with the template.
    """

    __slots__ = ("_compiled", "constant")

    def __init__(self, value: Any) -> None:
        self._compiled = _compiled(value, 0)
        self.constant = isinstance(self._compiled, _Constant)

    def render(self, scope: Mapping[str, Any], now: datetime, allowance: Allowance | None = None) -> Any:
        """Return the value for these names at this time; raise ExpressionError."""
        if isinstance(self._compiled, _Constant):
            return self._compiled.value
        return self._compiled(_Rendering(scope, now, allowance or Allowance()))


class _Rendering:
    """One rendering of a template: its holes share a limit, so that many of them do not fill the memory."""

    __slots__ = ("_allowance", "_left", "_now", "_scope")

    def __init__(self, scope: Mapping[str, Any], now: datetime, allowance: Allowance) -> None:
        self._allowance = allowance
        self._scope = scope
        self._now = now
        self._left = MAX_TEMPLATE_BYTES

    def value(self, hole: Expression, depth: int) -> Any:
        """Return the value of a hole that stands `depth` levels deep."""
        value, size = hole.measured(self._scope, self._now, self._allowance, depth)
        self._left -= size
        if self._left < 0:
            raise ExpressionError(f"the values of a template are larger than {MAX_TEMPLATE_BYTES} bytes")
        return value


class _Constant(NamedTuple):
    """A part without holes, rendered as it is."""

    value: Any


_Render: TypeAlias = Callable[[_Rendering], Any]


def compile_template(value: Any) -> Template:
    """Return the compiled template; raise ExpressionError with the first hole that does not compile.

    The position of the error is one in the string that holds the hole.
    """
    return Template(value)


def _compiled(value: Any, depth: int) -> _Constant | _Render:
    if depth > MAX_DEPTH:
        raise ExpressionError(f"the template nests deeper than {MAX_DEPTH} levels", position=1)
    if isinstance(value, str):
        return _compiled_text(value, depth)
    if isinstance(value, dict):
        return _compiled_object(value, depth)
    if isinstance(value, list):
        return _compiled_array(value, depth)
    return _Constant(value)


def _compiled_object(fields: dict[str, Any], depth: int) -> _Constant | _Render:
    constants: dict[str, Any] = {}
    renders: list[tuple[str, _Render]] = []
    for name, inner in fields.items():
        part = _compiled(inner, depth + 1)
        # A field to be rendered is named among the constants too: they keep the order of all.
        constants[name] = part.value if isinstance(part, _Constant) else None
        if not isinstance(part, _Constant):
            renders.append((name, part))
    if not renders:
        return _Constant(constants)

    def render(rendering: _Rendering) -> dict[str, Any]:
        rendered = {**constants}
        for name, part in renders:
            rendered[name] = part(rendering)
        return rendered

    return render


def _compiled_array(elements: list[Any], depth: int) -> _Constant | _Render:
    constants: list[Any] = []
    renders: list[tuple[int, _Render]] = []
    for index, inner in enumerate(elements):
        part = _compiled(inner, depth + 1)
        constants.append(part.value if isinstance(part, _Constant) else None)
        if not isinstance(part, _Constant):
            renders.append((index, part))
    if not renders:
        return _Constant(constants)

    def render(rendering: _Rendering) -> list[Any]:
        rendered = [*constants]
        for index, part in renders:
            rendered[index] = part(rendering)
        return rendered

    return render


def _compiled_text(source: str, depth: int) -> _Constant | _Render:
    if "${" not in source:
        return _Constant(source)
    parts = _parts(source)
    holes = [part for part in parts if isinstance(part, Expression)]
    if not holes:
        return _Constant("".join(str(part) for part in parts))
    if len(holes) == 1 and not "".join(part for part in parts if isinstance(part, str)).strip():
        only = holes[0]
        return lambda rendering: rendering.value(only, depth)

    def render(rendering: _Rendering) -> str:
        texts: list[str] = []
        size = 0
        for part in parts:
            texts.append(part if isinstance(part, str) else text(rendering.value(part, depth)))
            size += len(texts[-1])
            check_text(size)
        return "".join(texts)

    return render


def _parts(source: str) -> list[str | Expression]:
    """Return the literal texts and holes of a template text, in order."""
    if len(source) > MAX_RESULT_BYTES:
        raise ExpressionError(f"the template is longer than {MAX_RESULT_BYTES} characters", position=1)
    parts: list[str | Expression] = []
    position = 0
    while (start := source.find("${", position)) >= 0:
        if start > position and source[start - 1] == "$":
            parts.append(source[position : start - 1] + "${")
            position = start + 2
            continue
        end = _end_of_hole(source, start + 2)
        parts += (source[position:start], _hole(source, start, end))
        position = end + 1
    parts.append(source[position:])
    return [part for part in parts if part]


def _hole(source: str, start: int, end: int) -> Expression:
    try:
        return Expression(source[start + 2 : end])
    except ExpressionError as error:
        position = start + 2 + (error.position or 1)
        raise ExpressionError(f"{source[start : end + 1][:60]!r}: {error.message}", position) from error


# What matters for the end of a hole: whole strings, quotes that do not close, and braces.
_MARK = re.compile(r'"(?:\\.|[^"\\])*"|\'(?:\\.|[^\'\\])*\'|`[^`]*`|["\'`{}]', re.DOTALL)


def _end_of_hole(source: str, start: int) -> int:
    """Return where the brace that closes a hole stands, past strings and nested braces."""
    depth = 0
    for mark in _MARK.finditer(source, start):
        match mark[0]:
            case "{":
                depth += 1
            case "}" if depth:
                depth -= 1
            case "}":
                return mark.start()
            case '"' | "'" | "`":
                break
            case _:  # a whole string
                pass
    opening = source[start - 2 : start + 38]
    raise ExpressionError(f"a hole is not closed: {opening!r}; write $${{ for a literal ${{", start - 1)
