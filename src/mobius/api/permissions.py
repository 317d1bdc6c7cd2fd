"""The names of all permissions, and the system roles.

Operations ask for permissions, keys and roles grant them, there are no others.
A set of permissions is a tuple of names and wildcards; None is every permission.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from mobius.api.call import covers
from mobius.api.errors import Forbidden, Invalid, PermissionDenied

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mobius.api.call import Caller

Grants = tuple[str, ...] | None

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


class RoleDenied(Forbidden):
    """The role holds more than the caller: only who holds as much may give or take it."""

    def __init__(self, role: str) -> None:
        super().__init__(
            "permission_denied", f"the role {role!r} holds more than you; ask somebody who holds as much"
        )


def _folded(names: Iterable[str]) -> tuple[str, ...]:
    """The names, with a wildcard in the place of all names of a resource, so that it can be handed on."""
    held = set(names)
    for wildcard in WILDCARDS - {"mobius.*"}:
        whole = {name for name in PERMISSIONS if covers(wildcard, name)}
        if whole <= held:
            held = held - whole | {wildcard}
    return tuple(sorted(held))


def _names(*patterns: str) -> frozenset[str]:
    return frozenset(name for name in PERMISSIONS if any(covers(one, name) for one in patterns))


# What an org pays is its owners' business.
_READ = frozenset(name for name in PERMISSIONS if name.endswith(".read")) - {"mobius.billing.read"}
_OPERATE = _READ | _names(
    "mobius.run.*",
    "mobius.tool.run",
    "mobius.interaction.respond",
    "mobius.interaction.claim",
    "mobius.channel.post",
)
_WORK = _names("mobius.job.*", "mobius.interaction.*") - {"mobius.interaction.delete"}

SYSTEM_ROLES: Final[dict[str, Grants]] = {
    "owner": None,
    "admin": _folded(PERMISSIONS - {"mobius.org.delete"} - _names("mobius.billing.*")),
    "operator": _folded(_OPERATE),
    "author": _folded(
        _OPERATE | _names("mobius.workflow.*", "mobius.action.*", "mobius.trigger.*", "mobius.webhook.*")
    ),
    "worker": _folded(_WORK),
    "agent": _folded(
        _WORK
        | _names(
            "mobius.agent.session",
            "mobius.agent.read",
            "mobius.channel.read",
            "mobius.channel.post",
            "mobius.tool.read",
            "mobius.tool.run",
            "mobius.run.read",
        )
    ),
    "viewer": _folded(_READ),
}
"""What a service account may do that holds one of them; a user holds `owner`, `admin` or `member`."""

MEMBER_ROLES: Final[dict[str, Grants]] = {
    "owner": SYSTEM_ROLES["owner"],
    "admin": SYSTEM_ROLES["admin"],
    "member": _folded(
        _OPERATE
        | _names("mobius.channel.create", "mobius.channel.update", "mobius.channel.delete")
        | _names("mobius.interaction.create", "mobius.api_key.create", "mobius.api_key.delete")
    ),
}
"""What a member of an org may do in all of its projects."""


def narrowed(grants: Grants, cut: Grants) -> Grants:
    """What both sets hold."""
    if grants is None or cut is None:
        return cut if grants is None else grants
    both = {one for one in grants for other in cut if covers(other, one)}
    return tuple(sorted(both | {one for one in cut for other in grants if covers(other, one)}))


def check_role_grant(caller: Caller, role: str, grants: Grants) -> None:
    """Refuses to hand on, or take away, a role that holds more than the caller."""
    if caller.permissions is not None and (
        grants is None or not all(any(covers(held, one) for held in caller.permissions) for one in grants)
    ):
        raise RoleDenied(role)


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
