"""What the server answers about people, orgs and service accounts."""

from datetime import datetime
from typing import Any

from msgspec import Struct


class AuthContext(Struct, kw_only=True):
    """Who the credential stands for, and what kind it is."""

    user_id: str
    auth_type: str
    is_admin: bool = False
    org_id: str | None = None
    role: str | None = None
    credential_id: str | None = None


class CLICredential(Struct, kw_only=True):
    """A credential of `mobius login`, without its token."""

    id: str
    org_id: str
    user_id: str
    label: str
    token_prefix: str
    status: str
    created_at: datetime
    updated_at: datetime
    last_used_at: datetime | None = None
    expires_at: datetime | None = None


class User(Struct, kw_only=True):
    """A person. `key` is a first API key, shown once to who asked for it at the creation."""

    id: str
    email: str
    created_at: datetime
    updated_at: datetime
    name: str | None = None
    key: str | None = None

    def __repr__(self) -> str:
        return f"User(id={self.id!r}, name={self.name!r})"


class Org(Struct, kw_only=True):
    """An organization. `key` is its first API key, shown once to who asked for it at the creation."""

    id: str
    name: str
    handle: str
    created_at: datetime
    updated_at: datetime
    metadata: dict[str, Any] | None = None
    key: str | None = None

    def __repr__(self) -> str:
        return f"Org(id={self.id!r}, handle={self.handle!r})"


class OrgMember(Struct, kw_only=True):
    """A user's membership of an organization."""

    id: str
    org_id: str
    user_id: str
    role: str
    created_at: datetime
    updated_at: datetime
    user: User | None = None


class ServiceAccount(Struct, kw_only=True):
    """An actor that is not a person; its API keys act as it."""

    id: str
    org_id: str
    name: str
    display_name: str
    status: str
    created_at: datetime
    updated_at: datetime
    project_id: str | None = None
    description: str | None = None
    owner_user_id: str | None = None
    role_name: str | None = None
    metadata: dict[str, Any] | None = None
