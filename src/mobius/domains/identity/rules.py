"""Who belongs to an org, and what the first start makes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mobius.domains.identity import queries
from mobius.store import new_id

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mobius.store import Database, Write

FIRST_ORG = "org_" + "0" * 26


async def is_set_up(store: Database) -> bool:
    """Whether the database has an org, that is, was started on before."""
    return await queries.any_org(store) is not None


async def members_among(store: Database, org_id: str, user_ids: Iterable[str]) -> frozenset[str]:
    """Those of the users who are members of the org."""
    rows = await queries.members_among(store, org_id, sorted(set(user_ids)))
    return frozenset(row["user_id"] for row in rows)


def holds_member(org_id: str, user_id: str) -> Write:
    """A write for the batch that adds what belongs to a member: it fails unless the user still is one."""
    return queries.hold_member(org_id, user_id)


def first_org(now: int) -> tuple[str, str, list[Write]]:
    """The ids of the org and the owner of a new database, and the writes that make them.

    The org's id is fixed, so that of two servers that begin with the same empty database one fails.
    """
    user_id = new_id("usr")
    writes = [
        queries.insert_org(FIRST_ORG, "default", now),
        queries.insert_user(user_id, "Owner", now),
        queries.insert_member(FIRST_ORG, user_id, "owner", now),
    ]
    return FIRST_ORG, user_id, writes


def delete_all_of_project(project_id: str) -> list[Write]:
    """The writes that remove the service accounts of a project."""
    return [queries.delete_service_accounts_of_project(project_id)]
