"""Operations on groups of members."""

from __future__ import annotations

from mobius.client.flow import Flow, given
from mobius.client.operation import UNSET, Operations, PageSource, Unset, listing, operation
from mobius.client.shapes import Group, GroupMember, Page


class GroupOperations(Operations):
    """Groups of the client's project. A group is named by its id or its handle."""

    @operation
    def create_group(
        self,
        name: str,
        *,
        handle: str | None = None,
        description: str | None = None,
        routing_policy: str | None = None,
    ) -> Flow[Group]:
        """Create a group; its policy is `first_responder` (the default) or `all_members`."""
        body = given(name=name, handle=handle, description=description, routing_policy=routing_policy)
        return self._fetch("POST", self._in_project("groups"), Group, body=body, once=True)

    @operation
    def list_groups(self, *, cursor: str | None = None, limit: int | None = None) -> Flow[Page[Group]]:
        """One page of groups, newest first, each with the number of its members."""
        return self._group_page(cursor, limit)

    @listing
    def iter_groups(self, *, limit: int | None = None) -> PageSource[Group]:
        """All groups, fetched in pages of `limit`."""
        return lambda cursor: self._group_page(cursor, limit)

    @operation
    def get_group(self, group: str) -> Flow[Group]:
        """A group with the number of its members."""
        return self._fetch("GET", self._in_project("groups", group), Group)

    @operation
    def update_group(
        self,
        group: str,
        *,
        name: str | Unset = UNSET,
        description: str | Unset | None = UNSET,
        routing_policy: str | Unset = UNSET,
    ) -> Flow[Group]:
        """Change what is given; open interactions keep the policy that they were created with."""
        body = {"name": name, "description": description, "routing_policy": routing_policy}
        return self._fetch("PATCH", self._in_project("groups", group), Group, body=body)

    @operation
    def delete_group(self, group: str) -> Flow[None]:
        """Delete a group that no pending interaction is directed to."""
        return self._do("DELETE", self._in_project("groups", group))

    @operation
    def list_group_members(
        self, group: str, *, cursor: str | None = None, limit: int | None = None
    ) -> Flow[Page[GroupMember]]:
        """One page of the members of a group, who joined last first."""
        return self._member_page(group, cursor, limit)

    @listing
    def iter_group_members(self, group: str, *, limit: int | None = None) -> PageSource[GroupMember]:
        """All members of a group, fetched in pages of `limit`."""
        return lambda cursor: self._member_page(group, cursor, limit)

    @operation
    def add_group_member(self, group: str, user_id: str) -> Flow[GroupMember]:
        """Let a member of the organization join a group."""
        where = self._in_project("groups", group, "members")
        return self._fetch("POST", where, GroupMember, body={"user_id": user_id}, once=True)

    @operation
    def remove_group_member(self, group: str, user_id: str) -> Flow[None]:
        """Remove a member from a group."""
        return self._do("DELETE", self._in_project("groups", group, "members", user_id))

    @operation
    def list_member_groups(self, user_id: str) -> Flow[list[Group]]:
        """The groups of the project that a member of the organization belongs to."""
        return self._all_rows(self._in_project("members", user_id, "groups"), Page[Group])

    def _group_page(self, cursor: str | None, limit: int | None) -> Flow[Page[Group]]:
        return self._page(self._in_project("groups"), Page[Group], cursor, limit)

    def _member_page(self, group: str, cursor: str | None, limit: int | None) -> Flow[Page[GroupMember]]:
        where = self._in_project("groups", group, "members")
        return self._page(where, Page[GroupMember], cursor, limit)
