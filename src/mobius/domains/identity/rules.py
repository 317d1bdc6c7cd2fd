"""Who belongs to an org, what other rooms keep for them, and what the first start makes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from mobius.api.errors import Invalid
from mobius.api.permissions import MEMBER_ROLES, SYSTEM_ROLES, Grants
from mobius.domains.identity import account_queries, queries
from mobius.store import Database, Write, new_id

FIRST_ORG = "org_" + "0" * 26
MOST_ORGS = 200
"""Of one person, among which to choose at sign-in."""


class AccountRef(NamedTuple):
    """A service account, as other rooms look for what they keep under it."""

    org_id: str
    project_id: str
    id: str


class AccountUse(NamedTuple):
    """What may use a service account: a sentence about it, and a write that returns rows while there is any.

    The write is part of the deletion's batch, after the account's own row is gone. Who adds a use puts
    `holds_service_account` before it in the same batch, so that one of the two fails.
    """

    sentence: str
    found: Callable[[AccountRef, int], Write]


@dataclass(frozen=True, slots=True)
class ServiceAccountUses:
    """What keeps a service account from being deleted; `server/app.py` puts the list together."""

    uses: tuple[AccountUse, ...]


RemoveMember = Callable[[str, str, int], Sequence[Write]]
"""The writes with which a room removes what belongs to a member: org, user, microseconds."""


@dataclass(frozen=True, slots=True)
class MemberRemovals:
    """What the other rooms do when a member is removed; `server/app.py` puts the list together."""

    rooms: tuple[RemoveMember, ...]


RemoveOrg = Callable[[str], Sequence[Write]]
"""The writes with which a room removes what it keeps of an org without projects, or undoes the batch."""


@dataclass(frozen=True, slots=True)
class OrgRemovals:
    """What the other rooms do when an org is deleted; `server/app.py` puts the list together."""

    rooms: tuple[RemoveOrg, ...]


@dataclass(frozen=True, slots=True)
class FirstKey:
    """Makes the first API key of a new user (org, user, name, microseconds): its secret, and the write."""

    make: Callable[[str, str, str, int], tuple[str, Write]]


class ActorRef(NamedTuple):
    """Somebody who acts: `kind` is `user` or `service_account`."""

    org_id: str
    kind: str
    id: str


class Actor(NamedTuple):
    """Somebody who may act: the role and what it holds, and the one project of a service account.

    A service account without a role limits nothing: its keys have permissions of their own.
    """

    role: str | None
    grants: Grants
    project_id: str | None


async def is_set_up(store: Database) -> bool:
    """Whether the database has an org, that is, was started on before."""
    return await queries.any_org(store) is not None


async def members_among(store: Database, org_id: str, user_ids: Iterable[str]) -> frozenset[str]:
    """Those of the users who are members of the org."""
    rows = await queries.members_among(store, org_id, sorted(set(user_ids)))
    return frozenset(row["user_id"] for row in rows)


class OrgRef(NamedTuple):
    """An org, as people are asked about it."""

    id: str
    name: str
    handle: str


async def orgs_of(store: Database, user_id: str) -> list[OrgRef]:
    """The orgs of which somebody is a member, joined first first."""
    rows = await queries.all_orgs_of_user(store, user_id, MOST_ORGS)
    return [OrgRef(row["id"], row["name"], row["handle"]) for row in rows]


async def find_actors(store: Database, refs: Iterable[ActorRef]) -> dict[ActorRef, Actor]:
    """Those who may act at the moment: members, and service accounts that are not disabled."""
    wanted = set(refs)
    found: dict[ActorRef, Actor] = {}
    if users := sorted(ref for ref in wanted if ref.kind == "user"):
        orgs = sorted({ref.org_id for ref in users})
        for row in await queries.members_of_orgs(store, orgs, sorted({ref.id for ref in users})):
            ref = ActorRef(row["org_id"], "user", row["user_id"])
            found[ref] = Actor(row["role"], MEMBER_ROLES[row["role"]], None)
    if accounts := sorted(ref for ref in wanted if ref.kind == "service_account"):
        orgs = sorted({ref.org_id for ref in accounts})
        ids = sorted({ref.id for ref in accounts})
        for row in await account_queries.accounts_of_orgs(store, orgs, ids):
            if row["status"] == "active":
                ref = ActorRef(row["org_id"], "service_account", row["id"])
                grants = None if row["role"] is None else SYSTEM_ROLES[row["role"]]
                found[ref] = Actor(row["role"], grants, row["project_id"])
    return {ref: actor for ref, actor in found.items() if ref in wanted}


def holds_member(org_id: str, user_id: str) -> Write:
    """A write for the batch that adds what belongs to a member: it fails unless the user still is one."""
    return queries.hold_member(org_id, user_id)


def holds_members(org_id: str, user_ids: Sequence[str]) -> Write:
    """The same for several different users."""
    return queries.hold_members(org_id, user_ids)


def holds_org(org_id: str) -> Write:
    """A write for the batch that adds what belongs to an org: it fails unless the org is still there."""
    return queries.hold_org(org_id)


def holds_service_account(project_id: str, account_id: str) -> Write:
    """A write for the batch that adds a use of an account: it fails unless the account is still there."""
    return account_queries.hold_account(project_id, account_id)


async def account_named(store: Database, org_id: str, project_id: str | None, account_id: str) -> AccountRef:
    """The account that a request names, of the project or of any in the org; raises Invalid."""
    for row in await account_queries.accounts_of_orgs(store, [org_id], [account_id]):
        if project_id in {None, row["project_id"]}:
            return AccountRef(org_id, row["project_id"], account_id)
    where = "this org" if project_id is None else "this project"
    raise Invalid(f"service_account_id: {where} has no service account {account_id[:80]!r}")


async def account_role(store: Database, account: AccountRef) -> str | None:
    """The role that an account holds; raises NotFound."""
    role: str | None = (await account_queries.account(store, account.project_id, account.id))["role"]
    return role


def first_org(now: int) -> tuple[str, str, list[Write]]:
    """The ids of the org and the owner of a new database, and the writes that make them.

    The org's id is fixed, so that of two servers that begin with the same empty database one fails.
    """
    user_id = new_id("usr")
    writes = [
        queries.insert_org(FIRST_ORG, "default", "default", "{}", now),
        queries.insert_user(user_id, "Owner", None, None, None, now),
        queries.insert_member(FIRST_ORG, user_id, "owner", now),
    ]
    return FIRST_ORG, user_id, writes


def delete_all_of_project(project_id: str) -> list[Write]:
    """The writes that remove the service accounts of a project."""
    return [account_queries.delete_accounts_of_project(project_id)]


async def check_member(store: Database, org_id: str, user_id: str, field: str) -> None:
    """Refuses a field that does not name a member of the org."""
    if user_id not in await members_among(store, org_id, [user_id]):
        raise Invalid(f"{field}: the org has no member {user_id[:80]!r}")
