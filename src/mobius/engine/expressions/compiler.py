"""From source text to a closure: the parser calls these methods as it recognises the parts."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from importlib import resources
from itertools import islice
from typing import Any, NamedTuple, TypeAlias

import lark

from mobius.engine.expressions import forms, literals, operators
from mobius.engine.expressions.errors import MAX_DEPTH, MAX_SOURCE_BYTES, ExpressionError
from mobius.engine.expressions.evaluation import Evaluate, Evaluation
from mobius.engine.expressions.functions import FUNCTIONS, contains, now
from mobius.engine.expressions.values import check_text, equal, kind, less, truthy


class Node(NamedTuple):
    """A compiled part: how to evaluate it, and how deep it nests.

    `optional`: its path has a `?.`, so that what follows on nil is nil. `unsigned`: it is the int literal
    that fits into 64 bits only with a minus sign before it.
    """

    evaluate: Evaluate
    depth: int
    optional: bool = False
    unsigned: bool = False


def compile_source(source: str) -> Evaluate:
    """Return the closure that evaluates `source`; raise ExpressionError, which tells the position."""
    if len(source.encode("utf-8", "surrogatepass")) > MAX_SOURCE_BYTES:
        raise ExpressionError(f"the expression is longer than {MAX_SOURCE_BYTES} bytes", position=1)
    try:
        # The parser has the compiler inside: what it returns is no tree, but the compiled node.
        node: Node = _parser().parse(source)  # type: ignore[assignment]
    except lark.UnexpectedInput as error:
        raise _explained(source, error) from None
    except ExpressionError as error:
        if error.position is None:
            error.position = 1
        raise
    return node.evaluate


def _explained(source: str, error: lark.UnexpectedInput) -> ExpressionError:
    at_end = isinstance(error, lark.UnexpectedToken) and error.token.type == "$END"
    position: int | None = getattr(error, "pos_in_stream", None)
    if at_end or position is None or not 0 <= position < len(source):
        message = "the expression ends too early" if source.strip() else "the expression is empty"
        return ExpressionError(message, len(source) + 1)
    near = source[position : position + 20]
    return ExpressionError(f"unexpected {near!r} at position {position + 1}", position + 1)


def _position(token: lark.Token) -> int:
    return (token.start_pos or 0) + 1


def _literal(read: Callable[[str], Any], token: lark.Token) -> Any:
    """Return what a literal stands for; an error gets its position."""
    try:
        return read(str(token))
    except ExpressionError as error:
        raise ExpressionError(error.message, _position(token)) from None


def _node(evaluate: Evaluate, parts: Iterable[Node], *, optional: bool = False) -> Node:
    """Return a node above `parts` that counts its evaluation as a step."""
    depth = 1 + max((part.depth for part in parts), default=0)
    if depth > MAX_DEPTH:
        raise ExpressionError(f"the expression nests deeper than {MAX_DEPTH} levels")
    return Node(evaluate, depth, optional)


def _binary(operate: Operate, left: Node, right: Node) -> Node:
    first, second = left.evaluate, right.evaluate

    def evaluate(evaluation: Evaluation) -> Any:
        evaluation.spend(1)
        return operate(evaluation, first(evaluation), second(evaluation))

    return _node(evaluate, (left, right))


def _chain(parts: tuple[Any, ...]) -> Node:
    """Return the node of `a + b - c ...`: a loop, so that long chains do not nest."""
    if len(parts) == 3:
        return _binary(_ARITHMETIC[parts[1]], parts[0], parts[2])
    first: Evaluate = parts[0].evaluate
    rest = [(_ARITHMETIC[sign], node.evaluate) for sign, node in zip(parts[1::2], parts[2::2], strict=True)]

    def evaluate(evaluation: Evaluation) -> Any:
        evaluation.spend(1)
        value = first(evaluation)
        for operate, operand in rest:
            value = operate(evaluation, value, operand(evaluation))
        return value

    return _node(evaluate, parts[::2])


def _constant(value: Any) -> Node:
    def evaluate(evaluation: Evaluation) -> Any:
        evaluation.spend(1)
        return value

    return Node(evaluate, 1)


def _unsigned(_: Evaluation) -> Any:
    raise ExpressionError(f"integer overflow: {literals.LARGEST} does not fit into 64 bits")


Operate: TypeAlias = Callable[[Evaluation, Any, Any], Any]
_COMPARISONS: dict[str, Operate] = {
    "<": less,
    "<=": operators.less_or_equal,
    ">": operators.greater,
    ">=": operators.greater_or_equal,
    "==": equal,
    "!=": operators.not_equal,
}
_ARITHMETIC: dict[str, Operate] = {
    "+": operators.add,
    "-": operators.subtract,
    "*": operators.multiply,
    "/": operators.divide,
    "%": operators.remainder,
}


@lark.v_args(inline=True)
class _Compiler(lark.Transformer[Any, Node]):
    """One method per rule of the grammar."""

    def start(self, node: Node) -> Node:
        return node

    def either(self, *parts: Any) -> Node:
        nodes = [part for part in parts if isinstance(part, Node)]
        evaluators = [node.evaluate for node in nodes]

        def evaluate(evaluation: Evaluation) -> bool:
            evaluation.spend(1)
            for part in evaluators:  # noqa: SIM110  a generator is one more frame per level
                if truthy(part(evaluation)):
                    return True
            return False

        return _node(evaluate, nodes)

    def both(self, *parts: Any) -> Node:
        nodes = [part for part in parts if isinstance(part, Node)]
        evaluators = [node.evaluate for node in nodes]

        def evaluate(evaluation: Evaluation) -> bool:
            evaluation.spend(1)
            for part in evaluators:  # noqa: SIM110  a generator is one more frame per level
                if not truthy(part(evaluation)):
                    return False
            return True

        return _node(evaluate, nodes)

    def compare(self, left: Node, sign: lark.Token, right: Node) -> Node:
        return _binary(_COMPARISONS[sign], left, right)

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

    def sum(self, *parts: Any) -> Node:
        return _chain(parts)

    def product(self, *parts: Any) -> Node:
        return _chain(parts)

    def negative(self, _: lark.Token, operand: Node) -> Node:
        if operand.unsigned:
            return _constant(-literals.LARGEST)
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

    def parentheses(self, inner: Node) -> Node:
        return _node(inner.evaluate, (inner,))

    def float_literal(self, token: lark.Token) -> Node:
        return _constant(_literal(literals.floating, token))

    def integer_literal(self, token: lark.Token) -> Node:
        number = _literal(literals.integer, token)
        return Node(_unsigned, 1, unsigned=True) if number == literals.LARGEST else _constant(number)

    def string_literal(self, token: lark.Token) -> Node:
        return _constant(_literal(literals.string, token))

    def raw_literal(self, token: lark.Token) -> Node:
        return _constant(str(token)[1:-1])

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

    def call(self, token: lark.Token, arguments: list[Node] | None) -> Node:
        name, given = str(token), arguments or []
        least, most = (2, 2) if name in forms.FORMS else _argument_counts(token)
        if not least <= len(given) <= most:
            raise ExpressionError(_arity(name, least, most, len(given)), _position(token))
        if name in forms.FORMS:
            return _node(forms.FORMS[name](given[0].evaluate, given[1].evaluate), given)
        function = FUNCTIONS[name].call
        evaluators = [part.evaluate for part in given]

        def evaluate(evaluation: Evaluation) -> Any:
            evaluation.spend(1)
            values = []
            for argument in evaluators:
                value = argument(evaluation)
                if isinstance(value, str):
                    evaluation.spend_text(len(value))
                values.append(value)
            result = function(evaluation, *values)
            if isinstance(result, str):
                check_text(len(result))
                evaluation.spend_text(len(result))
            return result

        return _node(evaluate, given)


def _argument_counts(token: lark.Token) -> tuple[int, int]:
    name = str(token)
    if name in FUNCTIONS:
        return FUNCTIONS[name].least, FUNCTIONS[name].most
    known = {*FUNCTIONS, *forms.FORMS}
    raise ExpressionError(_unknown(f"unknown function {name!r}", name, known), _position(token))


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
        raise ExpressionError(_unknown(f"no key {key[:100]!r}", key, whole))
    if isinstance(whole, list) and type(key) is int:
        if 0 <= key < len(whole):
            return whole[key]
        raise ExpressionError(
            f"no index {key} in a list of {len(whole)}; the nearest is {_nearest(key, len(whole))}"
        )
    if isinstance(whole, list):
        named = f" {key[:100]!r}" if isinstance(key, str) else ""
        raise ExpressionError(f"a list has int indexes, not {kind(key)}{named}")
    # Only what is short is quoted: the JSON of other keys may be of any size.
    named = f"key {key[:100]!r}" if isinstance(key, str) else f"index of kind {kind(key)}"
    raise ExpressionError(f"{kind(whole)} has no {named}")


def _nearest(index: int, length: int) -> str:
    return "none: the list is empty" if not length else str(0 if index < 0 else length - 1)


def _unknown(what: str, name: str, known: Iterable[str] | Mapping[str, Any]) -> str:
    # Few and short ones only: finding the nearest of a thousand long names takes a second.
    candidates = [key for key in islice(known, 200) if len(key) <= 40]
    near = difflib.get_close_matches(name[:40], candidates, n=1, cutoff=0.5)
    return f"{what[:150]}; did you mean {near[0]!r}?" if near else what[:150]


def _arity(name: str, least: int, most: int, given: int) -> str:
    wanted = str(least) if least == most else f"{least} to {most}" if most < 100 else f"at least {least}"
    return f"{name}: expected {wanted} argument{'s' if wanted != '1' else ''}, got {given}"


@cache
def _parser() -> lark.Lark:
    grammar = resources.files(__package__).joinpath("grammar.lark").read_text(encoding="utf-8")
    return lark.Lark(grammar, parser="lalr", lexer="basic", transformer=_Compiler(), maybe_placeholders=True)
