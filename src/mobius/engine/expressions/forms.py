"""`map filter any all find count`: the second argument is evaluated per element, with `it` and `index`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from mobius.engine.expressions.errors import ExpressionError
from mobius.engine.expressions.evaluation import Evaluate, Evaluation
from mobius.engine.expressions.values import kind, truthy

Form = Callable[[Evaluate, Evaluate], Evaluate]


def _elements(name: str, source: Evaluate, evaluation: Evaluation) -> Iterator[Any]:
    """Yield the elements; while one is looked at, it is in scope."""
    elements = source(evaluation)
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
        values = []
        for _ in _elements("map", source, evaluation):
            values.append(body(evaluation))  # noqa: PERF401  a comprehension is one more frame per level
        return values

    return evaluate


def _filter(source: Evaluate, body: Evaluate) -> Evaluate:
    def evaluate(evaluation: Evaluation) -> list[Any]:
        kept = []
        for element in _elements("filter", source, evaluation):
            if truthy(body(evaluation)):
                kept.append(element)  # noqa: PERF401  a comprehension is one more frame per level
        return kept

    return evaluate


def _find(source: Evaluate, body: Evaluate) -> Evaluate:
    def evaluate(evaluation: Evaluation) -> Any:
        elements = _elements("find", source, evaluation)
        try:
            for element in elements:
                if truthy(body(evaluation)):
                    return element
        finally:
            elements.close()  # type: ignore[attr-defined]
        return None

    return evaluate


def _any(source: Evaluate, body: Evaluate) -> Evaluate:
    def evaluate(evaluation: Evaluation) -> bool:
        found = False
        for _ in _elements("any", source, evaluation):
            found = found or truthy(body(evaluation))
        return found

    return evaluate


def _all(source: Evaluate, body: Evaluate) -> Evaluate:
    def evaluate(evaluation: Evaluation) -> bool:
        held = True
        for _ in _elements("all", source, evaluation):
            held = held and truthy(body(evaluation))
        return held

    return evaluate


def _count(source: Evaluate, body: Evaluate) -> Evaluate:
    def evaluate(evaluation: Evaluation) -> int:
        counted = 0
        for _ in _elements("count", source, evaluation):
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
