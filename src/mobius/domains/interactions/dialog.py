"""What an interaction asks for, and which answers it takes."""

from __future__ import annotations

import msgspec
from msgspec import UNSET

from mobius.api.errors import Invalid
from mobius.domains.interactions.shapes import InteractionOption, InteractionSpec
from mobius.engine.validation.interactions import MODES_OF, InteractionType

MAX_OPTIONS = 200
MAX_SPEC = 64 * 1024
"""In bytes of JSON."""
MAX_ANSWER = 16 * 1024
"""In bytes of JSON, with its comment."""
MAX_ANSWERS = 1024 * 1024
"""Of all who have to answer together."""
LEAST_OF_MANY = 1024

_DEFAULTS: dict[str, InteractionSpec] = {
    "approval": InteractionSpec(mode="confirm"),
    "review": InteractionSpec(
        mode="select", options=[InteractionOption(value="acknowledged", label="Acknowledge")]
    ),
    "input": InteractionSpec(mode="input"),
}


def checked_spec(kind: InteractionType, spec: InteractionSpec | None) -> InteractionSpec:
    """The spec of a new interaction, or what goes without saying for its type; raises Invalid."""
    if spec is None:
        return _DEFAULTS[kind]
    if spec.mode not in MODES_OF[kind]:
        allowed = " or ".join(f"`{mode}`" for mode in MODES_OF[kind])
        raise Invalid(f"spec.mode: an interaction of type `{kind}` has mode {allowed}, not `{spec.mode}`")
    size = len(msgspec.json.encode(spec))
    if size > MAX_SPEC:
        raise Invalid(f"spec: {size} bytes of JSON; at most {MAX_SPEC} are allowed")
    options = spec.options or []
    values = {option.value for option in options}
    if spec.mode in ("select", "multi_select") and not options:
        raise Invalid(f"spec.options: mode `{spec.mode}` needs options to choose from")
    if len(options) > MAX_OPTIONS:
        raise Invalid(f"spec.options: {len(options)} options; at most {MAX_OPTIONS} are allowed")
    if len(values) < len(options):
        raise Invalid("spec.options: two options have the same value")
    defaults = [spec.default_value] if spec.default_value is not UNSET else []
    for default in [*defaults, *(spec.default_values or [])]:
        if values and default not in values:
            raise Invalid(f"spec: the default {default[:80]!r} is none of the options")
    return spec


def checked_answer(spec: InteractionSpec, value: object) -> object:
    """The answer, or Invalid with what would be one."""
    match spec.mode:
        case "confirm":
            right = isinstance(value, bool)
        case "select":
            right = isinstance(value, str) and value in _values(spec)
        case "multi_select":
            right = isinstance(value, list) and all(isinstance(one, str) for one in value)
            right = right and len(set(value)) == len(value) and _values(spec).issuperset(value)  # type: ignore[arg-type, call-overload]
        case _:
            right = isinstance(value, str)
    if not right:
        raise Invalid(f"value: {_wanted(spec)}, got {_shown(value)}")
    return value


def longest_answer(askers: int, *, collects: bool) -> int:
    """How many bytes an answer may take, so that those of all who have to answer are not too many."""
    return max(LEAST_OF_MANY, min(MAX_ANSWER, MAX_ANSWERS // max(1, askers))) if collects else MAX_ANSWER


def _values(spec: InteractionSpec) -> set[str]:
    return {option.value for option in spec.options or []}


def _wanted(spec: InteractionSpec) -> str:
    options = ", ".join(repr(option.value) for option in spec.options or [])
    return {
        "confirm": "expected true or false",
        "select": f"expected one of {options}",
        "multi_select": f"expected a list of some of {options}, each once",
        "input": "expected text",
    }[spec.mode]


def _shown(value: object) -> str:
    if value is UNSET:
        return "nothing"
    text = msgspec.json.encode(value).decode()
    return text if len(text) <= 80 else f"{text[:77]}..."
