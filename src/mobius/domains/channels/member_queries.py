"""SQL of members of channels."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from mobius.store import Write

if TYPE_CHECKING:
    from mobius.store import Database, Row

AFTER_ALL_IDS = "cmb_" + "z" * 26
_HEIRS = "heir.role <> 'admin', substr(heir.user_id, 1, 4) = 'agt_', heir.joined_at, heir.id"
"""An order of the members of a channel: admins, users, agents; who joined first first."""
_IS_HEIR = f"""(project_id, channel_id, user_id) IN (
            SELECT project_id, channel_id, user_id FROM (
                SELECT heir.project_id, heir.channel_id, heir.user_id, row_number() OVER (
                    PARTITION BY heir.project_id, heir.channel_id ORDER BY {_HEIRS}) AS place
                FROM channel_members own
                JOIN channel_members heir
                    ON heir.project_id = own.project_id AND heir.channel_id = own.channel_id
                WHERE {{}} AND own.user_id = $2 AND own.role = 'admin' AND heir.user_id <> $2) AS heirs
            WHERE place = 1)"""
"""Who is the first of those who stay in a channel of which one who leaves is admin."""


class NewMember(NamedTuple):
    """A row of `channel_members` as it is inserted; `joined_at` in microseconds."""

    project_id: str
    channel_id: str
    user_id: str
    id: str
    org_id: str
    role: str
    joined_at: int


class Marks(NamedTuple):
    """What a member changes of the own membership; None leaves a column as it is."""

    message_id: str | None
    number: int | None
    muted: int | None
    starred: int | None


async def members_page(
    store: Database, project_id: str, channel_id: str, before: str | None, limit: int
) -> list[Row]:
    """Members of a channel, who joined last first. Primary key; the limit on members bounds the sorting."""
    return await store.all(
        """
        SELECT * FROM channel_members WHERE project_id = $1 AND channel_id = $2 AND id < $3
        ORDER BY id DESC LIMIT $4""",
        project_id,
        channel_id,
        before or AFTER_ALL_IDS,
        limit,
    )


async def member(store: Database, project_id: str, channel_id: str, user_id: str) -> Row:
    """A member of a channel; raises NotFound. Primary key."""
    return await store.one(
        "member of the channel",
        "SELECT * FROM channel_members WHERE project_id = $1 AND channel_id = $2 AND user_id = $3",
        project_id,
        channel_id,
        user_id,
    )


def insert_member(member: NewMember) -> Write:
    """Adds a member to a channel, which must be there. What was said before counts as read."""
    return Write(
        """
        INSERT INTO channel_members (project_id, channel_id, user_id, id, org_id, role,
            last_read_message_id, last_read_number, muted, starred, joined_at)
        SELECT c.project_id, c.id, $3::text, $4::text, $5::text, $6::text,
            (SELECT m.id FROM channel_messages m
             WHERE m.project_id = c.project_id AND m.channel_id = c.id AND m.number = c.messages),
            c.messages, 0, 0, $7::bigint
        FROM channels c WHERE c.project_id = $1 AND c.id = $2
        RETURNING *""",
        tuple(member),
        rows=1,
    )


def update_marks(project_id: str, channel_id: str, user_id: str, marks: Marks) -> Write:
    """Changes a membership, which must still be there. The read mark moves forward only."""
    return Write(
        """
        UPDATE channel_members SET
            last_read_message_id =
                CASE WHEN $5::bigint > last_read_number THEN $4::text ELSE last_read_message_id END,
            last_read_number =
                CASE WHEN $5::bigint > last_read_number THEN $5::bigint ELSE last_read_number END,
            muted = coalesce($6::integer, muted),
            starred = coalesce($7::integer, starred)
        WHERE project_id = $1 AND channel_id = $2 AND user_id = $3 RETURNING *""",
        (project_id, channel_id, user_id, *marks),
        rows=1,
    )


def delete_member(project_id: str, channel_id: str, user_id: str) -> Write:
    """Removes a member, who must still be there."""
    return Write(
        "DELETE FROM channel_members WHERE project_id = $1 AND channel_id = $2 AND user_id = $3",
        (project_id, channel_id, user_id),
        rows=1,
    )


def hand_on(project_id: str, channel_id: str) -> Write:
    """Makes the user who joined first (an agent, if there is no user) admin of a channel without one."""
    return Write(
        f"""
        UPDATE channel_members SET role = 'admin'
        WHERE project_id = $1 AND channel_id = $2 AND user_id = (
            SELECT heir.user_id FROM channel_members heir
            WHERE heir.project_id = $1 AND heir.channel_id = $2 ORDER BY {_HEIRS} LIMIT 1)""",
        (project_id, channel_id),
    )


def hand_on_in_project(project_id: str, user_id: str) -> Write:
    """Gives each channel of one who leaves the project an admin who stays (`channel_members_by_user`)."""
    return Write(
        f"""
        UPDATE channel_members SET role = 'admin'
        WHERE project_id = $1 AND role <> 'admin' AND {_IS_HEIR.format("own.project_id = $1")}""",
        (project_id, user_id),
    )


def hand_on_in_org(org_id: str, user_id: str) -> Write:
    """Gives each channel of one who leaves the org an admin who stays (`channel_members_in_org`)."""
    return Write(
        f"""
        UPDATE channel_members SET role = 'admin'
        WHERE org_id = $1 AND role <> 'admin' AND {_IS_HEIR.format("own.org_id = $1")}""",
        (org_id, user_id),
    )


def delete_memberships_in_project(project_id: str, user_id: str) -> Write:
    """Removes a user or an agent from all channels of a project."""
    return Write("DELETE FROM channel_members WHERE project_id = $1 AND user_id = $2", (project_id, user_id))


def delete_memberships_in_org(org_id: str, user_id: str) -> Write:
    """Removes a user from all channels of an org."""
    return Write("DELETE FROM channel_members WHERE org_id = $1 AND user_id = $2", (org_id, user_id))


def delete_members(project_id: str, channel_id: str) -> Write:
    """Removes all members of a channel."""
    return Write(
        "DELETE FROM channel_members WHERE project_id = $1 AND channel_id = $2", (project_id, channel_id)
    )


def delete_members_of_project(project_id: str) -> Write:
    """Removes some of the members of all channels of a project."""
    return Write(
        "DELETE FROM channel_members WHERE @some(channel_members, project_id = $1) RETURNING 1", (project_id,)
    )
