"""The names of all permissions: operations ask for them, keys are given them, there are no others."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mobius.api.call import covers
from mobius.api.errors import Invalid, PermissionDenied

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mobius.api.call import Caller

_RESOURCES = (
    "action",
    "agent",
    "api_key",
    "audit_log",
    "billing",
    "channel",
    "group",
    "integration",
    "interaction",
    "job",
    "metric",
    "org",
    "project",
    "role",
    "run",
    "service_account",
    "tool",
    "trigger",
    "webhook",
    "worker",
    "workflow",
)
_VERBS = ("create", "delete", "read", "update")
_OWN_VERBS = {
    "action": ("rotate_secret",),
    "agent": ("session",),
    "channel": ("post",),
    "integration": ("copy",),
    "interaction": ("claim", "respond"),
    "job": ("claim", "emit_event", "execute"),
    "permission": ("manage",),
    "run": ("cancel", "resume", "retry", "signal", "start"),
    "tool": ("run",),
}

PERMISSIONS: Final = frozenset(
    [f"mobius.{resource}.{verb}" for resource in _RESOURCES for verb in _VERBS]
    + [f"mobius.{resource}.{verb}" for resource, verbs in _OWN_VERBS.items() for verb in verbs]
)
WILDCARDS: Final = frozenset(
    ["mobius.*"] + [f"mobius.{resource}.*" for resource in {*_RESOURCES, *_OWN_VERBS}]
)


def check_names(names: Iterable[str]) -> tuple[str, ...]:
    """The names without repetition, in their order; unknown ones are refused, all in one answer."""
    wanted = tuple(dict.fromkeys(names))
    problems = [
        {"path": "$.permissions", "message": f"{name!r} is no permission; {_hint(name)}"}
        for name in wanted
        if name not in PERMISSIONS and name not in WILDCARDS
    ]
    if problems:
        raise Invalid(f"$.permissions: {problems[0]['message']}", problems)
    return wanted


def check_grant(caller: Caller, names: Iterable[str]) -> None:
    """Refuses to hand on what the caller does not hold."""
    if caller.permissions is None:
        return
    for name in names:
        if not any(covers(held, name) for held in caller.permissions):
            raise PermissionDenied(name)


def _hint(name: str) -> str:
    resource = name.split(".")[1] if name.count(".") >= 1 else ""
    known = sorted(one for one in PERMISSIONS if one.split(".")[1] == resource)
    return f"known are {', '.join(known)}" if known else "names look like mobius.run.read or mobius.run.*"
