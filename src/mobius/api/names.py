"""Names that people give to things."""

from __future__ import annotations

from mobius.api.errors import Invalid

MAX_NAME = 200


def checked_name(name: str) -> str:
    """The name, or `Invalid` when it is blank or too long."""
    if not name.strip():
        raise Invalid("name: it is blank; give a name of 1 to 200 characters")
    if len(name) > MAX_NAME:
        raise Invalid(f"name: {len(name)} characters; at most {MAX_NAME} are allowed")
    return name
