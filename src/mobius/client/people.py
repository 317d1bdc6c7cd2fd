"""Operations on users, organizations and their members, and on the caller's own credentials."""

from __future__ import annotations

from typing import Any

from mobius.client.flow import Flow, given
from mobius.client.operation import UNSET, Operations, PageSource, Unset, listing, operation, path
from mobius.client.people_shapes import AuthContext, CLICredential, Org, OrgMember, User
from mobius.client.shapes import Page


class PeopleOperations(Operations):
    """Who there is in the organization that the credential opens."""

    @operation
    def get_auth_context(self) -> Flow[AuthContext]:
        """Who the client's credential stands for."""
        return self._fetch("GET", "/auth/me", AuthContext)

    @operation
    def list_cli_credentials(self) -> Flow[list[CLICredential]]:
        """The credentials of `mobius login` that the calling user has."""
        page = yield from self._fetch("GET", "/cli-credentials", Page[CLICredential])
        return page.rows

    @operation
    def revoke_cli_credential(self, credential_id: str) -> Flow[None]:
        """Revoke a credential of the calling user: its next request is refused."""
        return self._do("DELETE", path("cli-credentials", credential_id))

    @operation
    def confirm_device_code(self, user_code: str, *, label: str | None = None) -> Flow[None]:
        """Let the device that shows this code act as the calling user."""
        return self._do("POST", "/auth/device/confirm", body=given(user_code=user_code, label=label))

    @operation
    def list_users(self, *, cursor: str | None = None, limit: int | None = None) -> Flow[Page[User]]:
        """One page of the users of the organization, newest first."""
        return self._page("/users", Page[User], cursor, limit)

    @listing
    def iter_users(self, *, limit: int | None = None) -> PageSource[User]:
        """All users of the organization, fetched in pages of `limit`."""
        return lambda cursor: self._page("/users", Page[User], cursor, limit)

    @operation
    def create_user(
        self,
        name: str,
        *,
        email: str | None = None,
        password: str | None = None,
        role: str | None = None,
        with_key: bool = False,
    ) -> Flow[User]:
        """Create a member of the organization; `role` is member (the default), admin or owner."""
        body = given(name=name, email=email, password=password, role=role, with_key=with_key or None)
        return self._fetch("POST", "/users", User, body=body, once=True)

    @operation
    def get_user(self, user_id: str) -> Flow[User]:
        """A user of the organization."""
        return self._fetch("GET", path("users", user_id), User)

    @operation
    def update_user(
        self, user_id: str, *, name: str | Unset = UNSET, email: str | Unset = UNSET
    ) -> Flow[User]:
        """Change name or address; what is not given stays."""
        return self._fetch("PATCH", path("users", user_id), User, body={"name": name, "email": email})

    @operation
    def set_user_password(self, user_id: str, password: str) -> Flow[None]:
        """Give a user a password; all their sessions end."""
        return self._do("PUT", path("users", user_id, "password"), body={"password": password})

    @operation
    def list_orgs(self, *, cursor: str | None = None, limit: int | None = None) -> Flow[Page[Org]]:
        """One page of the organizations that the caller may use, newest first."""
        return self._page("/orgs", Page[Org], cursor, limit)

    @operation
    def create_org(
        self, name: str, handle: str, *, metadata: dict[str, Any] | None = None, with_key: bool = False
    ) -> Flow[Org]:
        """Create an organization that the calling user owns; `with_key` makes a first API key of it."""
        body = given(name=name, handle=handle, metadata=metadata, with_key=with_key or None)
        return self._fetch("POST", "/orgs", Org, body=body, once=True)

    @operation
    def get_org(self, org_id: str) -> Flow[Org]:
        """The organization that the credential opens."""
        return self._fetch("GET", path("orgs", org_id), Org)

    @operation
    def update_org(
        self,
        org_id: str,
        *,
        name: str | Unset = UNSET,
        handle: str | Unset = UNSET,
        metadata: dict[str, Any] | Unset = UNSET,
    ) -> Flow[Org]:
        """Change what is given."""
        body = {"name": name, "handle": handle, "metadata": metadata}
        return self._fetch("PATCH", path("orgs", org_id), Org, body=body)

    @operation
    def delete_org(self, org_id: str) -> Flow[None]:
        """Delete an organization that has no projects, with everything in it, for ever."""
        return self._do("DELETE", path("orgs", org_id))

    @operation
    def list_org_members(
        self, org_id: str, *, cursor: str | None = None, limit: int | None = None
    ) -> Flow[Page[OrgMember]]:
        """One page of the members of an organization, newest user first."""
        return self._page(path("orgs", org_id, "members"), Page[OrgMember], cursor, limit)

    @listing
    def iter_org_members(self, org_id: str, *, limit: int | None = None) -> PageSource[OrgMember]:
        """All members of an organization, fetched in pages of `limit`."""
        where = path("orgs", org_id, "members")
        return lambda cursor: self._page(where, Page[OrgMember], cursor, limit)

    @operation
    def add_org_member(self, org_id: str, user_id: str, role: str) -> Flow[OrgMember]:
        """Add a user of another organization of yours."""
        body = {"user_id": user_id, "role": role}
        return self._fetch("POST", path("orgs", org_id, "members"), OrgMember, body=body, once=True)

    @operation
    def update_org_member_role(self, org_id: str, user_id: str, role: str) -> Flow[OrgMember]:
        """Give a member another role."""
        return self._fetch("PATCH", path("orgs", org_id, "members", user_id), OrgMember, body={"role": role})

    @operation
    def remove_org_member(self, org_id: str, user_id: str) -> Flow[None]:
        """Remove a member; their keys and sign-ins in the organization end at once."""
        return self._do("DELETE", path("orgs", org_id, "members", user_id))
