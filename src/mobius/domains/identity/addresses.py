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
    """The address as it is looked for: all that look alike, or differ in upper and lower case, are one."""
    return unicodedata.normalize("NFKC", email).casefold()


def is_same_address(one: str, other: str) -> bool:
    """Whether mail to both goes to the same person, which `folded_email` does not tell: `strasse.example`
    and `straße.example` belong to two.
    """
    return one.encode().lower() == other.encode().lower()
