"""Inputs of a run, checked against what the workflow declares."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mobius.engine.problems import Place, Problem, Problems, kind_of, shortened
from mobius.engine.spec import InputType, WorkflowSpec

INPUT_TYPES: tuple[InputType, ...] = ("string", "integer", "number", "boolean", "object", "array", "any")


class InvalidInputs(Exception):
    """The inputs are not what the workflow declares."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("; ".join(f"{problem.path}: {problem.message}" for problem in problems))
        self.problems = problems


def check_inputs(spec: WorkflowSpec, given: Mapping[str, Any]) -> dict[str, Any]:
    """Return the inputs with defaults filled in; raise InvalidInputs.

    A workflow that declares no inputs takes any.
    """
    if not spec.inputs:
        return dict(given)
    problems = Problems()
    place = Place(problems, "inputs")
    inputs = {}
    for declared in spec.inputs:
        if declared.name not in given:
            if not declared.has_default:
                place.key(declared.name).report(f"missing; expected {_expected(declared.type)}")
            inputs[declared.name] = declared.default
            continue
        value = given[declared.name]
        mismatch = type_mismatch(declared.type, value)
        if mismatch:
            place.key(declared.name).report(mismatch)
        inputs[declared.name] = value
    known = ", ".join(declared.name for declared in spec.inputs)
    for name in given:
        if name not in inputs:
            place.key(name).report(f"unknown input; the workflow declares {shortened(known)}")
    if problems.found:
        raise InvalidInputs(tuple(problems.found))
    return inputs


def type_mismatch(expected: InputType, value: Any) -> str:
    """Say how a value differs from a declared type; nothing when it does not."""
    kind = kind_of(value)
    if expected in {"any", kind} or (expected == "number" and kind == "integer"):
        return ""
    shown = f" {shortened(repr(value))}" if kind in {"string", "integer", "number", "boolean"} else ""
    return f"expected {_expected(expected)}, got {kind}{shown}"


def _expected(expected: InputType) -> str:
    return "any value" if expected == "any" else expected
