"""`map filter any all find count`: the second argument is evaluated per element, with `it` and `index`."""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import Any

from mobius.engine.expressions.errors import ExpressionError
from mobius.engine.expressions.evaluation import Evaluate, Evaluation
from mobius.engine.expressions.values import kind, truthy

Form = Callable[[Evaluate, Evaluate], Evaluate]


def _each(name: str, elements: Any, evaluation: Evaluation) -> Generator[Any, None, None]:
    """Yield the elements; while one is looked at, it is in scope. Whoever stops early closes it."""
    # The caller evaluates both arguments itself: so a form takes one call per level, as everything does.
    if not isinstance(elements, list):
        raise ExpressionError(f"{name}: expected a list, got {kind(elements)}")
    outer = evaluation.scope
    inner = {**outer}
    evaluation.scope = inner
    try:
        for index, element in enumerate(elements):
            evaluation.spend(1)
            inner["it"], inner["index"] = element, index
            yield element
    finally:
        evaluation.scope = outer


def _map(source: Evaluate, body: Evaluate) -> Evaluate:
    def evaluate(evaluation: Evaluation) -> list[Any]:
        evaluation.spend(1)
        values = []
        for _ in _each("map", source(evaluation), evaluation):
            values.append(body(evaluation))  # noqa: PERF401  a comprehension is one more frame per level
        return values

    return evaluate


def _filter(source: Evaluate, body: Evaluate) -> Evaluate:
    def evaluate(evaluation: Evaluation) -> list[Any]:
        evaluation.spend(1)
        kept = []
        for element in _each("filter", source(evaluation), evaluation):
            if truthy(body(evaluation)):
                kept.append(element)  # noqa: PERF401  a comprehension is one more frame per level
        return kept

    return evaluate


def _find(source: Evaluate, body: Evaluate) -> Evaluate:
    def evaluate(evaluation: Evaluation) -> Any:
        evaluation.spend(1)
        elements = _each("find", source(evaluation), evaluation)
        for element in elements:
            if truthy(body(evaluation)):
                elements.close()
                return element
        return None

    return evaluate


def _any(source: Evaluate, body: Evaluate) -> Evaluate:
    def evaluate(evaluation: Evaluation) -> bool:
        evaluation.spend(1)
        elements = _each("any", source(evaluation), evaluation)
        for _ in elements:
            if truthy(body(evaluation)):
                elements.close()
                return True
        return False

    return evaluate


def _all(source: Evaluate, body: Evaluate) -> Evaluate:
    def evaluate(evaluation: Evaluation) -> bool:
        evaluation.spend(1)
        elements = _each("all", source(evaluation), evaluation)
        for _ in elements:
            if not truthy(body(evaluation)):
                elements.close()
                return False
        return True

    return evaluate


def _count(source: Evaluate, body: Evaluate) -> Evaluate:
    def evaluate(evaluation: Evaluation) -> int:
        evaluation.spend(1)
        counted = 0
        for _ in _each("count", source(evaluation), evaluation):
            counted += truthy(body(evaluation))
        return counted

    return evaluate


FORMS: dict[str, Form] = {
    "map": _map,
    "filter": _filter,
    "any": _any,
    "all": _all,
    "find": _find,
    "count": _count,
}
