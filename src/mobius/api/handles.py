"""Handles: the short names that stand in paths."""

from __future__ import annotations

import re

from mobius.api.errors import Conflict, Invalid

MAX_HANDLE = 64
_HANDLE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_SEPARATORS = re.compile(r"[^a-z0-9]+")


class HandleTaken(Conflict):
    """Another resource of the org (or of the project) has the handle; nothing was created."""

    def __init__(self, handle: str, within: str = "organization") -> None:
        super().__init__(
            "handle_taken", f"the handle {handle!r} is taken in this {within}; choose another one"
        )


def checked_handle(handle: str, field: str = "handle") -> str:
    """The handle, or `Invalid` when it is not one; `field` is where it came from."""
    if len(handle) > MAX_HANDLE or not _HANDLE.fullmatch(handle):
        raise Invalid(
            f"{field}: {handle[:80]!r} is not a handle; use up to {MAX_HANDLE} lower-case letters and "
            "digits, with single hyphens between them"
        )
    return handle


def handle_from(name: str) -> str:
    """The handle that a name gives: lower case, and one hyphen for every run of other characters."""
    handle = _SEPARATORS.sub("-", name.lower()).strip("-")[:MAX_HANDLE].strip("-")
    if not handle:
        raise Invalid(f"name: no handle can be made from {name[:80]!r}; give a `handle` as well")
    return handle
