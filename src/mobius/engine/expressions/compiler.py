"""From source text to a closure: the parser calls these methods as it recognises the parts."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from importlib import resources
from typing import Any, NamedTuple

import lark

from mobius.engine.expressions import forms, literals, operators
from mobius.engine.expressions.errors import MAX_DEPTH, MAX_SOURCE_BYTES, ExpressionError
from mobius.engine.expressions.evaluation import Evaluate, Evaluation
from mobius.engine.expressions.functions import FUNCTIONS, contains, now
from mobius.engine.expressions.values import checked_int, equal, kind, less, truthy


class Node(NamedTuple):
    """A compiled part: how to evaluate it, and how deep it nests.

    `optional`: its path has a `?.`, so that what follows on nil is nil.
    """

    evaluate: Evaluate
    depth: int
    optional: bool = False


def compile_source(source: str) -> Evaluate:
    """Return the closure that evaluates `source`; raise ExpressionError."""
    if len(source.encode("utf-8", "surrogatepass")) > MAX_SOURCE_BYTES:
        raise ExpressionError(f"the expression is longer than {MAX_SOURCE_BYTES} bytes")
    try:
        node: Node = _parser().parse(source)  # type: ignore[assignment]
    except lark.exceptions.VisitError as error:
        if isinstance(error.orig_exc, ExpressionError):
            raise error.orig_exc from None
        raise
    except lark.UnexpectedInput as error:
        raise ExpressionError(_explained(source, error)) from None
    return node.evaluate


def _explained(source: str, error: lark.UnexpectedInput) -> str:
    at_end = isinstance(error, lark.UnexpectedToken) and error.token.type == "$END"
    position: int | None = getattr(error, "pos_in_stream", None)
    if at_end or position is None or not 0 <= position < len(source):
        return "the expression ends too early" if source.strip() else "the expression is empty"
    near = source[position : position + 20]
    return f"unexpected {near!r} at position {position + 1}"


def _node(evaluate: Evaluate, parts: Iterable[Node], *, optional: bool = False) -> Node:
    """Return a node above `parts` that counts its evaluation as a step."""
    depth = 1 + max((part.depth for part in parts), default=0)
    if depth > MAX_DEPTH:
        raise ExpressionError(f"the expression nests deeper than {MAX_DEPTH} levels")
    return Node(evaluate, depth, optional)


def _binary(operate: Callable[[Any, Any], Any], left: Node, right: Node) -> Node:
    first, second = left.evaluate, right.evaluate

    def evaluate(evaluation: Evaluation) -> Any:
        evaluation.spend(1)
        return operate(first(evaluation), second(evaluation))

    return _node(evaluate, (left, right))


def _constant(value: Any) -> Node:
    return Node(lambda _: value, 1)


_COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    "<": less,
    "<=": operators.less_or_equal,
    ">": operators.greater,
    ">=": operators.greater_or_equal,
}


@lark.v_args(inline=True)
class _Compiler(lark.Transformer[Any, Node]):
    """One method per rule of the grammar."""

    def start(self, node: Node) -> Node:
        return node

    def either(self, left: Node, *rest: Any) -> Node:
        first, second = left.evaluate, rest[-1].evaluate

        def evaluate(evaluation: Evaluation) -> bool:
            evaluation.spend(1)
            return truthy(first(evaluation)) or truthy(second(evaluation))

        return _node(evaluate, (left, rest[-1]))

    def both(self, left: Node, *rest: Any) -> Node:
        first, second = left.evaluate, rest[-1].evaluate

        def evaluate(evaluation: Evaluation) -> bool:
            evaluation.spend(1)
            return truthy(first(evaluation)) and truthy(second(evaluation))

        return _node(evaluate, (left, rest[-1]))

    def compare(self, left: Node, sign: str, right: Node) -> Node:
        if sign in _COMPARISONS:
            return _binary(_COMPARISONS[sign], left, right)
        same = sign == "=="
        first, second = left.evaluate, right.evaluate

        def evaluate(evaluation: Evaluation) -> bool:
            evaluation.spend(1)
            one, other = first(evaluation), second(evaluation)
            if isinstance(one, list | dict) and isinstance(other, list | dict):
                evaluation.spend(min(len(one), len(other)))
            return equal(one, other) is same

        return _node(evaluate, (left, right))

    def is_in(self, part: Node, _: str, whole: Node) -> Node:
        return self._membership(part, whole, wanted=True)

    def is_not_in(self, part: Node, _: str, __: str, whole: Node) -> Node:
        return self._membership(part, whole, wanted=False)

    @staticmethod
    def _membership(part: Node, whole: Node, *, wanted: bool) -> Node:
        first, second = part.evaluate, whole.evaluate

        def evaluate(evaluation: Evaluation) -> bool:
            evaluation.spend(1)
            element = first(evaluation)
            return contains(evaluation, second(evaluation), element) is wanted

        return _node(evaluate, (part, whole))

    def add(self, left: Node, right: Node) -> Node:
        return _binary(operators.add, left, right)

    def subtract(self, left: Node, right: Node) -> Node:
        return _binary(operators.subtract, left, right)

    def multiply(self, left: Node, right: Node) -> Node:
        return _binary(operators.multiply, left, right)

    def divide(self, left: Node, right: Node) -> Node:
        return _binary(operators.divide, left, right)

    def remainder(self, left: Node, right: Node) -> Node:
        return _binary(operators.remainder, left, right)

    def negative(self, operand: Node) -> Node:
        inner = operand.evaluate

        def evaluate(evaluation: Evaluation) -> Any:
            evaluation.spend(1)
            return operators.negative(inner(evaluation))

        return _node(evaluate, (operand,))

    def negation(self, *parts: Any) -> Node:
        operand: Node = parts[-1]
        inner = operand.evaluate

        def evaluate(evaluation: Evaluation) -> bool:
            evaluation.spend(1)
            return not truthy(inner(evaluation))

        return _node(evaluate, (operand,))

    def attribute(self, base: Node, name: str) -> Node:
        return self._member(base, str(name), optional=base.optional, required=True)

    def optional_attribute(self, base: Node, name: str) -> Node:
        return self._member(base, str(name), optional=True, required=False)

    @staticmethod
    def _member(base: Node, name: str, *, optional: bool, required: bool) -> Node:
        inner = base.evaluate

        def evaluate(evaluation: Evaluation) -> Any:
            evaluation.spend(1)
            return _looked_up(inner(evaluation), name, optional=optional, required=required)

        return _node(evaluate, (base,), optional=optional)

    def item(self, base: Node, key: Node) -> Node:
        inner, index, optional = base.evaluate, key.evaluate, base.optional

        def evaluate(evaluation: Evaluation) -> Any:
            evaluation.spend(1)
            whole = inner(evaluation)
            return _looked_up(whole, index(evaluation), optional=optional, required=True)

        return _node(evaluate, (base, key), optional=optional)

    def float_literal(self, source: str) -> Node:
        return _constant(literals.floating(source))

    def integer_literal(self, source: str) -> Node:
        number = literals.integer(source)
        # Only the sign before it may make the largest literal fit: it is checked where the value is used.
        return _constant(number) if number < 2**63 else Node(lambda _: _Unsigned(number), 1)

    def string_literal(self, source: str) -> Node:
        return _constant(literals.string(source))

    def raw_literal(self, source: str) -> Node:
        return _constant(str(source)[1:-1])

    def true(self, *_: str) -> Node:
        return _constant(value=True)

    def false(self, *_: str) -> Node:
        return _constant(value=False)

    def nil(self, *_: str) -> Node:
        return _constant(None)

    def name(self, token: str) -> Node:
        name = str(token)

        def evaluate(evaluation: Evaluation) -> Any:
            evaluation.spend(1)
            try:
                return evaluation.scope[name]
            except KeyError:
                if name == "now":
                    return now(evaluation)
                raise ExpressionError(_unknown(f"unknown name {name!r}", name, evaluation.scope)) from None

        return Node(evaluate, 1)

    def list_literal(self, elements: list[Node] | None) -> Node:
        parts = elements or []
        evaluators = [part.evaluate for part in parts]

        def evaluate(evaluation: Evaluation) -> list[Any]:
            evaluation.spend(1)
            values = []
            for element in evaluators:
                values.append(element(evaluation))  # noqa: PERF401  a comprehension is one more frame per level
            return values

        return _node(evaluate, parts)

    def arguments(self, *parts: Any) -> Any:
        return [part for part in parts if isinstance(part, Node)]

    def call(self, token: str, arguments: list[Node] | None) -> Node:
        name, given = str(token), arguments or []
        if name in forms.FORMS:
            return self._form(name, given)
        function = FUNCTIONS.get(name)
        if function is None:
            raise ExpressionError(_unknown(f"unknown function {name!r}", name, {*FUNCTIONS, *forms.FORMS}))
        if not function.least <= len(given) <= function.most:
            raise ExpressionError(_arity(name, function.least, function.most, len(given)))
        evaluators = [part.evaluate for part in given]

        def evaluate(evaluation: Evaluation) -> Any:
            evaluation.spend(1)
            values = []
            for argument in evaluators:
                values.append(argument(evaluation))  # noqa: PERF401  a comprehension is one more frame per level
            return function.call(evaluation, *values)

        return _node(evaluate, given)

    @staticmethod
    def _form(name: str, given: list[Node]) -> Node:
        if len(given) != 2:
            raise ExpressionError(_arity(name, 2, 2, len(given)))
        return _node(forms.FORMS[name](given[0].evaluate, given[1].evaluate), given)


class _Unsigned(int):
    """The literal 9223372036854775808, which only a minus sign makes fit."""

    def __neg__(self) -> int:
        return checked_int(-int(self))


def _looked_up(whole: Any, key: Any, *, optional: bool, required: bool) -> Any:
    """Return a member of a map or list; nil where `?.` asked safely."""
    if whole is None and optional:
        return None
    if isinstance(whole, dict):
        if not isinstance(key, str):
            raise ExpressionError(f"a map has string keys, not {kind(key)}")
        if key in whole:
            return whole[key]
        if not required:
            return None
        raise ExpressionError(_unknown(f"no key {key!r}", key, whole))
    if isinstance(whole, list) and type(key) is int:
        if 0 <= key < len(whole):
            return whole[key]
        raise ExpressionError(
            f"no index {key} in a list of {len(whole)}; the nearest is {_nearest(key, len(whole))}"
        )
    if isinstance(whole, list):
        raise ExpressionError(f"a list has int indexes, not {kind(key)} {key!r}"[:200])
    raise ExpressionError(f"{kind(whole)} has no key {str(key)[:100]!r}")


def _nearest(index: int, length: int) -> str:
    return "none: the list is empty" if not length else str(0 if index < 0 else length - 1)


def _unknown(what: str, name: str, known: Iterable[str] | Mapping[str, Any]) -> str:
    near = difflib.get_close_matches(
        name[:100], [key for key in known if len(key) <= 100][:1000], n=1, cutoff=0.5
    )
    return f"{what[:150]}; did you mean {near[0]!r}?" if near else what[:150]


def _arity(name: str, least: int, most: int, given: int) -> str:
    wanted = str(least) if least == most else f"{least} to {most}" if most < 100 else f"at least {least}"
    return f"{name}: expected {wanted} argument{'s' if wanted != '1' else ''}, got {given}"


@cache
def _parser() -> lark.Lark:
    grammar = resources.files(__package__).joinpath("grammar.lark").read_text(encoding="utf-8")
    return lark.Lark(grammar, parser="lalr", transformer=_Compiler(), maybe_placeholders=True)
