"""Templates: JSON whose strings may have `${...}` holes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from mobius.engine.expressions.errors import MAX_DEPTH, MAX_SOURCE_BYTES, ExpressionError
from mobius.engine.expressions.expression import Expression
from mobius.engine.expressions.values import check_size, check_text, text

Part = str | Expression


class Template:
    """A compiled template: JSON in which some strings are filled in when it is rendered."""

    __slots__ = ("_compiled", "constant")

    def __init__(self, value: Any) -> None:
        self._compiled, self.constant = _compiled(value, 0)

    def render(self, scope: Mapping[str, Any], now: datetime) -> Any:
        """Return the value for these names at this time; raise ExpressionError."""
        if self.constant:
            return self._compiled
        value = _rendered(self._compiled, scope, now)
        check_size(value)
        return value


class _Constant:
    """A part without holes, rendered as it is."""

    __slots__ = ("value",)

    def __init__(self, value: Any) -> None:
        self.value = value


def compile_template(value: Any) -> Template:
    """Return the compiled template; raise ExpressionError with the first hole that does not compile."""
    return Template(value)


def _compiled(value: Any, depth: int) -> tuple[Any, bool]:
    """Return what renders `value`, and whether it is `value` itself."""
    if depth > MAX_DEPTH:
        raise ExpressionError(f"the template nests deeper than {MAX_DEPTH} levels")
    if isinstance(value, str):
        return _compiled_text(value)
    if isinstance(value, dict):
        fields = {name: _compiled(inner, depth + 1) for name, inner in value.items()}
        if all(constant for _, constant in fields.values()):
            return {name: inner for name, (inner, _) in fields.items()}, True
        return {
            name: _Constant(inner) if constant else inner for name, (inner, constant) in fields.items()
        }, False
    if isinstance(value, list):
        elements = [_compiled(inner, depth + 1) for inner in value]
        if all(constant for _, constant in elements):
            return [inner for inner, _ in elements], True
        return [_Constant(inner) if constant else inner for inner, constant in elements], False
    return value, True


def _compiled_text(source: str) -> tuple[Any, bool]:
    if "${" not in source:
        return source, True
    parts = _parts(source)
    holes = [part for part in parts if isinstance(part, Expression)]
    if not holes:
        return "".join(str(part) for part in parts), True
    filled = [part for part in parts if isinstance(part, Expression) or part.strip()]
    return (holes[0] if len(filled) == 1 else tuple(parts)), False


def _rendered(compiled: Any, scope: Mapping[str, Any], now: datetime) -> Any:
    match compiled:
        case _Constant():
            return compiled.value
        case Expression():
            return compiled.evaluate(scope, now)
        case tuple():
            return _filled_in(compiled, scope, now)
        case dict():
            return {name: _rendered(inner, scope, now) for name, inner in compiled.items()}
        case _:
            return [_rendered(inner, scope, now) for inner in compiled]


def _filled_in(parts: tuple[Part, ...], scope: Mapping[str, Any], now: datetime) -> str:
    texts: list[str] = []
    size = 0
    for part in parts:
        texts.append(part if isinstance(part, str) else text(part.evaluate(scope, now)))
        size += len(texts[-1])
        check_text(size)
    return "".join(texts)


def _parts(source: str) -> list[Part]:
    """Return the literal texts and holes of a template text, in order."""
    if len(source) > MAX_SOURCE_BYTES * 16:
        raise ExpressionError(f"the template is longer than {MAX_SOURCE_BYTES * 16} characters")
    parts: list[Part] = []
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
        raise ExpressionError(f"{source[start : end + 1][:60]!r}: {error.message}") from error


def _end_of_hole(source: str, position: int) -> int:
    """Return where the brace that closes a hole stands, past strings and nested braces."""
    depth = 0
    quote = ""
    start = position
    while position < len(source):
        character = source[position]
        if quote:
            if character == "\\" and quote != "`":
                position += 1
            elif character == quote:
                quote = ""
        elif character in "\"'`":
            quote = character
        elif character == "{":
            depth += 1
        elif character == "}":
            if not depth:
                return position
            depth -= 1
        position += 1
    raise ExpressionError(f"a hole is not closed: {source[start - 2 :][:40]!r}; write $${{ for a literal ${{")
