"""What an interaction step asks, of whom, and with which dialog."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, Literal

from mobius.engine.spec import Catch, InteractionStep
from mobius.engine.validation.fields import Fields

if TYPE_CHECKING:
    from mobius.engine.validation.steps import Shared

InteractionType = Literal["approval", "review", "input"]
Mode = Literal["confirm", "select", "multi_select", "input"]
TargetType = Literal["user", "group"]

TYPES: tuple[InteractionType, ...] = ("approval", "review", "input")
MODES: tuple[Mode, ...] = ("confirm", "select", "multi_select", "input")
MODES_OF: Final[dict[InteractionType, tuple[Mode, ...]]] = {
    "approval": ("confirm",),
    "review": ("select",),
    "input": ("input", "select", "multi_select"),
}
TARGETS: tuple[TargetType, ...] = ("user", "group")
_SPEC_FIELDS = (
    "mode",
    "options",
    "default_value",
    "default_values",
    "default_text",
    "default_confirmed",
    "placeholder",
    "multiline",
)
_NOT_IN_VARIABLES = re.compile(r"[^A-Za-z0-9_]")


def read_interaction(fields: Fields, shared: Shared, catches: tuple[Catch, ...]) -> InteractionStep:
    """Return the interaction step; report what is wrong with it."""
    fields.allow_only(("type", "message", "context", "spec", "timeout", "target"))
    kind = fields.one_of("type", TYPES)
    fields.required_text("message")
    spec = fields.inner("spec")
    if spec is not None:
        _check_spec(spec, kind if fields.raw.get("type") == kind else None)
    target = fields.required_object("target")
    target.allow_only(("type", "id", "require_all"))
    target.required_text("id")
    return InteractionStep(
        **shared,
        catches=catches,
        type=kind,
        message=fields.template("message"),
        context=None if fields.inner("context") is None else fields.template("context"),
        spec=None if spec is None else spec.raw,
        target_type=target.one_of("type", TARGETS),
        target_id=target.template("id"),
        require_all=target.flag("require_all"),
        timeout=fields.required_duration("timeout"),
        store=(_NOT_IN_VARIABLES.sub("_", shared["name"]),),
    )


def _check_spec(spec: Fields, kind: InteractionType | None) -> None:
    spec.allow_only(_SPEC_FIELDS)
    mode = spec.one_of("mode", MODES)
    if spec.raw.get("mode") != mode:
        return
    if kind is not None and mode not in MODES_OF[kind]:
        allowed = " or ".join(MODES_OF[kind])
        spec.place.key("mode").report(f"an interaction of type {kind} has mode {allowed}, not {mode}")
    values = _options(spec)
    if mode in {"select", "multi_select"} and not spec.raw.get("options"):
        spec.place.key("options").report(f"mode {mode} needs options")
    default = spec.text("default_value")
    if values and default is not None and default not in values:
        spec.place.key("default_value").report("is none of the options")
    for place, value in spec.texts("default_values"):
        if values and value not in values:
            place.report("is none of the options")
    for key in ("default_text", "placeholder"):
        spec.text(key)
    for key in ("default_confirmed", "multiline"):
        spec.flag(key)


def _options(spec: Fields) -> set[str]:
    values: set[str] = set()
    for option in spec.objects("options"):
        option.allow_only(("value", "label", "description"))
        option.required_text("label")
        option.text("description")
        value = option.required_text("value")
        if value in values:
            option.place.key("value").report("another option has this value already")
        values.add(value)
    return values
