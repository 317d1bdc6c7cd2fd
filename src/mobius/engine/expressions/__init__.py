"""Expressions and templates: what workflows compute with, safely and within limits."""

from mobius.engine.expressions.allowance import MAX_PARAMETERS, Allowance
from mobius.engine.expressions.errors import (
    MAX_DEPTH,
    MAX_RESULT_BYTES,
    MAX_SOURCE_BYTES,
    MAX_STEPS,
    MAX_TEMPLATE_BYTES,
    ExpressionError,
)
from mobius.engine.expressions.expression import Expression, compile_expression
from mobius.engine.expressions.templates import Template, compile_template

__all__ = [
    "MAX_DEPTH",
    "MAX_PARAMETERS",
    "MAX_RESULT_BYTES",
    "MAX_SOURCE_BYTES",
    "MAX_STEPS",
    "MAX_TEMPLATE_BYTES",
    "Allowance",
    "Expression",
    "ExpressionError",
    "Template",
    "compile_expression",
    "compile_template",
]
