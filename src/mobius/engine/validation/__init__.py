"""From JSON that anybody may have sent to a workflow that can be run, or to all that is wrong with it."""

from mobius.engine.problems import Problem
from mobius.engine.validation.specification import InvalidSpec, parse_spec

__all__ = ["InvalidSpec", "Problem", "parse_spec"]
