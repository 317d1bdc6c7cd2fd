"""Names that people give to things."""

from __future__ import annotations

from mobius.api.errors import Invalid

MAX_NAME = 200


def checked_name(name: str, longest: int = MAX_NAME) -> str:
    """The name, or `Invalid` when it is blank or too long."""
    if not name.strip():
        raise Invalid(f"name: it is blank; give a name of 1 to {longest} characters")
    if len(name) > longest:
        raise Invalid(f"name: {len(name)} characters; at most {longest} are allowed")
    return name
