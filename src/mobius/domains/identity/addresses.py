"""Email addresses: how they look, and how they are compared."""

from __future__ import annotations

import re
import unicodedata

from mobius.api.errors import Invalid

LONGEST_EMAIL = 254
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+")


def checked_email(email: str) -> str:
    """The address, or `Invalid` when it cannot be one."""
    if len(email) > LONGEST_EMAIL or not email.isprintable() or not _EMAIL.fullmatch(email):
        raise Invalid(f"email: {email[:80]!r} is not an address such as ada@example.com")
    return email


def folded_email(email: str) -> str:
    """The address as it is compared: without the difference between upper and lower case."""
    return unicodedata.normalize("NFKC", email).casefold()
