"""SQL of channels."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from mobius.store import Write

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mobius.store import Database, Row

AFTER_ALL_IDS = "chn_" + "z" * 26


class NewChannel(NamedTuple):
    """A row of `channels` as it is inserted; `created_at` in microseconds."""

    project_id: str
    id: str
    org_id: str
    name: str
    display_name: str
    topic: str | None
    kind: str
    private: int
    participants: str | None
    members: int
    created_by: str
    created_at: int


class Changes(NamedTuple):
    """What an update makes of a channel."""

    display_name: str
    topic: str | None
    private: int
    updated_at: int


async def channel(store: Database, project_id: str, id_or_name: str, seats: Sequence[str]) -> Row | None:
    """A channel by its id or its name, with `seat` and `role`: the best membership among `seats`, or null.

    Primary keys and `channels_name`.
    """
    return await store.first(
        """
        SELECT c.*, m.user_id AS seat, m.role AS role FROM channels c
        LEFT JOIN channel_members m
            ON m.project_id = c.project_id AND m.channel_id = c.id AND m.user_id @in($3)
        WHERE c.project_id = $1 AND (c.id = $2 OR c.name = $2)
        ORDER BY coalesce(m.role, 'none')""",
        project_id,
        id_or_name,
        list(seats),
    )


async def channels_page(
    store: Database,
    project_id: str,
    seats: Sequence[str],
    kind: str | None,
    private: bool | None,
    before: str | None,
    limit: int,
    *,
    forsaken: bool,
) -> list[Row]:
    """Channels that are public, or have one of `seats` as member, newest first.

    `forsaken` adds private ones without any member. `channels_public`, `channel_members_by_user`,
    `channels_forsaken`: each gives its part in the order of the list.
    """
    params: list[Any] = [project_id, before or AFTER_ALL_IDS, limit]
    parts = []
    if private is not True and kind != "dm":
        parts.append(
            "SELECT * FROM channels WHERE project_id = $1 AND private = 0 AND id < $2"
            " ORDER BY id DESC LIMIT $3"
        )
    if private is not False:
        of_kind = "" if kind is None else " AND c.kind = $5"
        params += [list(seats)] if kind is None else [list(seats), kind]
        parts.append(
            "SELECT c.* FROM channel_members m"
            " JOIN channels c ON c.project_id = m.project_id AND c.id = m.channel_id"
            " WHERE m.project_id = $1 AND m.user_id @in($4) AND m.channel_id < $2"
            f" AND c.private = 1{of_kind} ORDER BY m.channel_id DESC LIMIT $3"
        )
        if forsaken:
            parts.append(
                "SELECT c.* FROM channels c WHERE c.project_id = $1 AND c.private = 1 AND c.members = 0"
                f" AND c.id < $2{of_kind} ORDER BY c.id DESC LIMIT $3"
            )
    if not parts:
        return []
    union = " UNION ".join(f"SELECT * FROM ({part}) AS part_{place}" for place, part in enumerate(parts))
    return await store.all(f"SELECT * FROM ({union}) AS seen ORDER BY id DESC LIMIT $3", *params)


async def id_of_direct_message(store: Database, project_id: str, participants: str) -> Row | None:
    """The direct message between a set of people. `channels_participants`."""
    return await store.first(
        "SELECT id FROM channels WHERE project_id = $1 AND participants = $2", project_id, participants
    )


async def is_name_taken(store: Database, project_id: str, name: str) -> bool:
    """Whether a channel of the project has the name. `channels_name`."""
    row = await store.first(
        "SELECT 1 AS taken FROM channels WHERE project_id = $1 AND name = $2", project_id, name
    )
    return row is not None


def insert_channel(channel: NewChannel, most: int) -> Write:
    """Adds a channel unless the project has `most`; unique by `channels_name`, `channels_participants`."""
    return Write(
        """
        INSERT INTO channels (project_id, id, org_id, name, display_name, topic, kind, private, participants,
            members, messages, created_by, created_at, updated_at)
        SELECT $1::text, $2::text, $3::text, $4::text, $5::text, $6::text, $7::text, $8::integer, $9::text,
            $10::integer, 0, $11::text, $12::bigint, $12::bigint
        WHERE (SELECT count(*) FROM channels WHERE project_id = $1::text) < $13::bigint
        RETURNING *""",
        (*channel, most),
        rows=1,
    )


def update_channel(project_id: str, channel_id: str, updated_at: int, changes: Changes) -> Write:
    """Changes a channel, which must not have changed since `updated_at`."""
    return Write(
        """
        UPDATE channels SET display_name = $4, topic = $5, private = $6, updated_at = $7
        WHERE project_id = $1 AND id = $2 AND updated_at = $3 RETURNING *""",
        (project_id, channel_id, updated_at, *changes),
        rows=1,
    )


def count_member(project_id: str, channel_id: str, change: int, most: int) -> Write:
    """Counts a member who comes (1) or goes (-1); there may be `most`. Others who change the members wait."""
    return Write(
        """
        UPDATE channels SET members = members + $3::integer
        WHERE project_id = $1 AND id = $2 AND members + $3::integer <= $4::integer""",
        (project_id, channel_id, change, most),
        rows=1,
    )


def count_message(project_id: str, channel_id: str) -> Write:
    """Counts a message. Who posts next waits, so that numbers follow the order of commits."""
    return Write(
        "UPDATE channels SET messages = messages + 1 WHERE project_id = $1 AND id = $2",
        (project_id, channel_id),
        rows=1,
    )


def lock_in_project(project_id: str, user_id: str) -> Write:
    """Keeps the channels of one who leaves the project from being changed by others, and their members."""
    return Write(
        """
        SELECT 1 FROM channels WHERE project_id = $1
            AND id IN (SELECT channel_id FROM channel_members WHERE project_id = $1 AND user_id = $2)
        ORDER BY id @for_update""",
        (project_id, user_id),
    )


def lock_in_org(org_id: str, user_id: str) -> Write:
    """Keeps the channels of one who leaves the org from being changed by others, and their members."""
    return Write(
        """
        SELECT 1 FROM channels WHERE org_id = $1 AND (project_id, id) IN (
            SELECT project_id, channel_id FROM channel_members WHERE org_id = $1 AND user_id = $2)
        ORDER BY project_id, id @for_update""",
        (org_id, user_id),
    )


def count_out_of_project(project_id: str, user_id: str) -> Write:
    """Takes one off the members of each channel of the project that the user or agent belongs to.

    A direct message is then none between its participants any more, lest they can have no other.
    """
    return Write(
        """
        UPDATE channels SET members = members - 1, participants = NULL WHERE project_id = $1
            AND id IN (SELECT channel_id FROM channel_members WHERE project_id = $1 AND user_id = $2)""",
        (project_id, user_id),
    )


def count_out_of_org(org_id: str, user_id: str) -> Write:
    """Takes one off the members of each channel of the org that the user belongs to; see above."""
    return Write(
        """
        UPDATE channels SET members = members - 1, participants = NULL
        WHERE org_id = $1 AND (project_id, id) IN (
            SELECT project_id, channel_id FROM channel_members WHERE org_id = $1 AND user_id = $2)""",
        (org_id, user_id),
    )


def delete_channel(project_id: str, channel_id: str) -> Write:
    """Removes a channel's own row, which must still be there; waits for who posts or joins at the moment."""
    return Write("DELETE FROM channels WHERE project_id = $1 AND id = $2", (project_id, channel_id), rows=1)


def delete_channels_of_project(project_id: str) -> Write:
    """Removes some of the channels of a project."""
    return Write("DELETE FROM channels WHERE @some(channels, project_id = $1) RETURNING 1", (project_id,))
