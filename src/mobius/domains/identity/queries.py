"""SQL of orgs, users and members."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mobius.store import Write

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mobius.store import Database, Row

_USER_COLUMNS = "u.id, u.name, u.email, u.created_at, u.updated_at"


async def any_org(store: Database) -> Row | None:
    """An org, if the database is not a new one."""
    return await store.first("SELECT id FROM orgs ORDER BY id LIMIT 1")


async def org(store: Database, org_id: str) -> Row:
    """An org by its id; raises NotFound. Primary key."""
    return await store.one("org", "SELECT * FROM orgs WHERE id = $1", org_id)


async def orgs_of_user(store: Database, user_id: str, before: str | None, at_most: int) -> list[Row]:
    """The orgs of which somebody is a member, newest first (index org_members_by_user)."""
    return await store.all(
        """
        SELECT o.* FROM org_members m JOIN orgs o ON o.id = m.org_id
        WHERE m.user_id = $1 AND ($2::text IS NULL OR m.org_id < $2::text)
        ORDER BY m.org_id DESC LIMIT $3""",
        user_id,
        before,
        at_most,
    )


def hold_org(org_id: str) -> Write:
    """Keeps an org from being removed until the batch is written; it must be there (primary key)."""
    return Write("SELECT 1 FROM orgs WHERE id = $1 @for_share", (org_id,), rows=1)


def lock_org(org_id: str) -> Write:
    """Lets nobody else in who locks the org, until the batch is written: its members change one by one."""
    return Write("UPDATE orgs SET id = id WHERE id = $1", (org_id,), rows=1)


def lock_oldest_org() -> Write:
    """Lets nobody else in who removes an org, until the batch is written."""
    return Write("UPDATE orgs SET id = id WHERE id = (SELECT min(id) FROM orgs)")


def insert_org(org_id: str, name: str, handle: str, metadata: str, now: int) -> Write:
    """A new org; `orgs_handle` keeps its handle unique on the server."""
    return Write(
        "INSERT INTO orgs (id, name, handle, metadata, created_at, updated_at)"
        " VALUES ($1, $2, $3, $4, $5, $5) RETURNING *",
        (org_id, name, handle, metadata, now),
    )


def update_org(org_id: str, name: str | None, handle: str | None, metadata: str | None, now: int) -> Write:
    """Changes what is not None; RETURNING the org, no row when there is none."""
    return Write(
        """
        UPDATE orgs SET name = coalesce($2::text, name), handle = coalesce($3::text, handle),
            metadata = coalesce($4::text, metadata), updated_at = $5
        WHERE id = $1 RETURNING *""",
        (org_id, name, handle, metadata, now),
    )


def delete_org(org_id: str) -> Write:
    """Removes the org's own row, which must still be there."""
    return Write("DELETE FROM orgs WHERE id = $1", (org_id,), rows=1)


def an_org_is_left() -> Write:
    """Undoes the batch when no org is left."""
    return Write("SELECT id FROM orgs LIMIT 1", rows=1)


async def user_of_org(store: Database, org_id: str, user_id: str) -> Row:
    """A user who is a member of the org; raises NotFound. Primary keys."""
    return await store.one(
        "user",
        f"SELECT {_USER_COLUMNS} FROM org_members m JOIN users u ON u.id = m.user_id"
        " WHERE m.org_id = $1 AND m.user_id = $2",
        org_id,
        user_id,
    )


async def user(store: Database, user_id: str) -> Row:
    """A user with what signing in needs; raises NotFound (primary key)."""
    return await store.one("user", "SELECT * FROM users WHERE id = $1", user_id)


async def user_by_email(store: Database, folded: str) -> Row | None:
    """The user with this address, with what signing in needs (unique index users_email)."""
    return await store.first("SELECT * FROM users WHERE email_folded = $1", folded)


async def identity(store: Database, issuer: str, subject: str) -> Row | None:
    """Who somebody is for a provider (primary key)."""
    return await store.first(
        "SELECT user_id FROM user_identities WHERE issuer = $1 AND subject = $2", issuer, subject
    )


async def any_identity(store: Database, user_id: str) -> Row | None:
    """Who a user is for a provider, if for any (index user_identities_of_user)."""
    return await store.first("SELECT issuer FROM user_identities WHERE user_id = $1 LIMIT 1", user_id)


async def all_orgs_of_user(store: Database, user_id: str, at_most: int) -> list[Row]:
    """The orgs of which somebody is a member, joined first first (index org_members_by_user)."""
    return await store.all(
        """
        SELECT o.id, o.name, o.handle FROM org_members m JOIN orgs o ON o.id = m.org_id
        WHERE m.user_id = $1 ORDER BY m.created_at, m.org_id LIMIT $2""",
        user_id,
        at_most,
    )


async def other_org(store: Database, org_id: str, user_id: str) -> Row | None:
    """Another org of which a user is a member, if there is one (index org_members_by_user)."""
    return await store.first(
        "SELECT org_id FROM org_members WHERE user_id = $2 AND org_id <> $1 LIMIT 1", org_id, user_id
    )


async def members_of_org(store: Database, org_id: str, before: str | None, at_most: int) -> list[Row]:
    """Members with their users, newest user first (primary key)."""
    return await store.all(
        f"""
        SELECT {_USER_COLUMNS}, m.org_id, m.role, m.created_at AS joined_at, m.updated_at AS changed_at
        FROM org_members m JOIN users u ON u.id = m.user_id
        WHERE m.org_id = $1 AND ($2::text IS NULL OR m.user_id < $2::text)
        ORDER BY m.user_id DESC LIMIT $3""",
        org_id,
        before,
        at_most,
    )


async def member(store: Database, org_id: str, user_id: str) -> Row:
    """One member with the user; raises NotFound (primary keys)."""
    return await store.one(
        "member",
        f"""
        SELECT {_USER_COLUMNS}, m.org_id, m.role, m.created_at AS joined_at, m.updated_at AS changed_at
        FROM org_members m JOIN users u ON u.id = m.user_id
        WHERE m.org_id = $1 AND m.user_id = $2""",
        org_id,
        user_id,
    )


async def members_among(store: Database, org_id: str, user_ids: Sequence[str]) -> list[Row]:
    """The memberships of these users in the org (primary key)."""
    return await store.all(
        "SELECT * FROM org_members WHERE org_id = $1 AND user_id @in($2)", org_id, list(user_ids)
    )


async def members_of_orgs(store: Database, org_ids: Sequence[str], user_ids: Sequence[str]) -> list[Row]:
    """All memberships of these users in these orgs (primary key)."""
    return await store.all(
        "SELECT org_id, user_id, role FROM org_members WHERE org_id @in($1) AND user_id @in($2)",
        list(org_ids),
        list(user_ids),
    )


async def shared_org(store: Database, user_id: str, other_id: str) -> Row | None:
    """An org of which both are members, if there is one (index org_members_by_user)."""
    return await store.first(
        """
        SELECT mine.org_id FROM org_members mine
        JOIN org_members other ON other.org_id = mine.org_id AND other.user_id = $2
        WHERE mine.user_id = $1 LIMIT 1""",
        user_id,
        other_id,
    )


def hold_member(org_id: str, user_id: str) -> Write:
    """Keeps a membership from being removed until the batch is written; it must be there (primary key)."""
    return Write(
        "SELECT 1 FROM org_members WHERE org_id = $1 AND user_id = $2 @for_share", (org_id, user_id), rows=1
    )


def hold_members(org_id: str, user_ids: Sequence[str]) -> Write:
    """Keeps memberships from being removed until the batch is written; all must be there (primary key)."""
    return Write(
        "SELECT 1 FROM org_members WHERE org_id = $1 AND user_id @in($2) @for_share",
        (org_id, list(user_ids)),
        rows=len(user_ids),
    )


def insert_user(
    user_id: str, name: str, email: str | None, folded: str | None, password_hash: str | None, now: int
) -> Write:
    """A new user; `users_email` keeps the folded address unique."""
    return Write(
        "INSERT INTO users (id, name, email, email_folded, password_hash, created_at, updated_at)"
        " VALUES ($1, $2, $3, $4, $5, $6, $6)",
        (user_id, name, email, folded, password_hash, now),
    )


def update_user(user_id: str, name: str | None, email: str | None, folded: str | None, now: int) -> Write:
    """Changes what is not None; `users_email` keeps the folded address unique."""
    return Write(
        """
        UPDATE users SET name = coalesce($2::text, name), email = coalesce($3::text, email),
            email_folded = coalesce($4::text, email_folded), updated_at = $5
        WHERE id = $1""",
        (user_id, name, email, folded, now),
    )


def update_password(user_id: str, password_hash: str, now: int) -> Write:
    """Gives a user another password (primary key)."""
    return Write(
        "UPDATE users SET password_hash = $2, updated_at = $3 WHERE id = $1", (user_id, password_hash, now)
    )


def lock_user(user_id: str) -> Write:
    """Lets nobody else in who locks the user, until the batch is written."""
    return Write("UPDATE users SET id = id WHERE id = $1", (user_id,))


def hold_password(user_id: str, password_hash: str) -> Write:
    """Keeps a user's password from being changed until the batch is written (primary key)."""
    return Write(
        "SELECT 1 FROM users WHERE id = $1 AND password_hash = $2 @for_share",
        (user_id, password_hash),
        rows=1,
    )


def hold_address(user_id: str, folded: str) -> Write:
    """Keeps a user's address from being changed until the batch is written (primary key)."""
    return Write(
        "SELECT 1 FROM users WHERE id = $1 AND email_folded = $2 @for_share", (user_id, folded), rows=1
    )


def insert_identity(issuer: str, subject: str, user_id: str, now: int) -> Write:
    """Links a user to who they are for a provider; `user_identities_of_user` keeps it to one."""
    return Write(
        "INSERT INTO user_identities (issuer, subject, user_id, created_at) VALUES ($1, $2, $3, $4)",
        (issuer, subject, user_id, now),
    )


def forget_identities_of(user_id: str) -> Write:
    """Unlinks a user who is not a member of any org any more (index user_identities_of_user)."""
    return Write(
        "DELETE FROM user_identities WHERE user_id = $1"
        " AND NOT EXISTS (SELECT 1 FROM org_members WHERE user_id = $1)",
        (user_id,),
    )


def forget_identities_of_members_of(org_id: str) -> Write:
    """Unlinks those members of the org who are members of no other org."""
    return Write(
        """
        DELETE FROM user_identities
        WHERE user_id IN (SELECT user_id FROM org_members WHERE org_id = $1)
            AND NOT EXISTS (
                SELECT 1 FROM org_members o WHERE o.user_id = user_identities.user_id AND o.org_id <> $1
            )""",
        (org_id,),
    )


def forget_sign_in_of(user_id: str, now: int) -> Write:
    """Takes address and password from a user who is not a member of any org any more."""
    return Write(
        """
        UPDATE users SET email = NULL, email_folded = NULL, password_hash = NULL, updated_at = $2
        WHERE id = $1 AND NOT EXISTS (SELECT 1 FROM org_members WHERE user_id = $1)""",
        (user_id, now),
    )


def forget_sign_in_of_members_of(org_id: str, now: int) -> Write:
    """Takes address and password from those members of the org who are members of no other org."""
    return Write(
        """
        UPDATE users SET email = NULL, email_folded = NULL, password_hash = NULL, updated_at = $2
        WHERE id IN (SELECT user_id FROM org_members WHERE org_id = $1)
            AND NOT EXISTS (SELECT 1 FROM org_members o WHERE o.user_id = users.id AND o.org_id <> $1)""",
        (org_id, now),
    )


def insert_member(org_id: str, user_id: str, role: str, now: int) -> Write:
    """Makes a user a member of an org."""
    return Write(
        "INSERT INTO org_members (org_id, user_id, role, created_at, updated_at) VALUES ($1, $2, $3, $4, $4)",
        (org_id, user_id, role, now),
    )


def update_member(org_id: str, user_id: str, old_role: str, role: str, now: int) -> Write:
    """Changes the role of a member, who must still hold the old one."""
    return Write(
        "UPDATE org_members SET role = $4, updated_at = $5 WHERE org_id = $1 AND user_id = $2 AND role = $3",
        (org_id, user_id, old_role, role, now),
        rows=1,
    )


def delete_member(org_id: str, user_id: str, role: str) -> Write:
    """Removes a member, who must still be there with the same role."""
    return Write(
        "DELETE FROM org_members WHERE org_id = $1 AND user_id = $2 AND role = $3",
        (org_id, user_id, role),
        rows=1,
    )


def an_owner_is_left(org_id: str) -> Write:
    """Undoes the batch when no member of the org is an owner."""
    return Write(
        "SELECT user_id FROM org_members WHERE org_id = $1 AND role = 'owner' LIMIT 1", (org_id,), rows=1
    )


def delete_members_of_org(org_id: str) -> Write:
    """Removes all members of an org."""
    return Write("DELETE FROM org_members WHERE org_id = $1", (org_id,))
