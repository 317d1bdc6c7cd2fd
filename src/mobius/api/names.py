"""Names that people give to things."""

from __future__ import annotations

from mobius.api.errors import Invalid

MAX_NAME = 200


def checked_name(name: str, longest: int = MAX_NAME, field: str = "name") -> str:
    """The name, or `Invalid` when it is blank or too long; `field` is where it came from."""
    if not name.strip():
        raise Invalid(f"{field}: it is blank; give a name of 1 to {longest} characters")
    if len(name) > longest:
        raise Invalid(f"{field}: {len(name)} characters; at most {longest} are allowed")
    return name
