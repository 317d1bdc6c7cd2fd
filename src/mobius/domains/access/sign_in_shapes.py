"""Request and response types of signing in."""

from typing import Annotated

from msgspec import UNSET, Meta, Struct, UnsetType


class SignInRequest(Struct, kw_only=True):
    """Who signs in, with what, and where."""

    email: str
    password: str
    org_id: Annotated[str, Meta(description="Which org; without it the one joined first.")] | UnsetType = (
        UNSET
    )


class ChangePasswordRequest(Struct, kw_only=True):
    """The old password and the new one."""

    current_password: str
    new_password: Annotated[str, Meta(description="12 to 1000 characters.")]


class SetPasswordRequest(Struct, kw_only=True):
    """A password for somebody."""

    password: Annotated[str, Meta(description="12 to 1000 characters.")]
