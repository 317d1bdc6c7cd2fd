"""Who may act as an agent, asked by other rooms."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from mobius.api.errors import ApiError
from mobius.clock import SystemClock
from mobius.domains.agents.rules import acting_agent, find_agent
from mobius.store import Database, NotFound, Write, open_database
from tests.domains.agents.ground import INSERT_AGENT, caller

INSERT_SESSION = """
INSERT INTO agent_sessions (project_id, id, agent_id, org_id, status, transport, connected_at, last_seen_at,
    created_at, updated_at)
VALUES ($1, $2, $3, 'org_1', $4, 'polling', 1, 1, 1, 1)"""


@pytest.fixture
async def store(database_url: str | None, tmp_path: Path) -> AsyncIterator[Database]:
    database = await open_database(database_url, tmp_path, SystemClock())
    await database.write(
        Write(INSERT_AGENT, ("prj_1", "agt_1", "drafter")),
        Write(INSERT_AGENT, ("prj_1", "agt_2", "checker")),
        Write(INSERT_SESSION, ("prj_1", "ses_1", "agt_1", "connected")),
        Write(INSERT_SESSION, ("prj_1", "ses_gone", "agt_1", "disconnected")),
        Write(INSERT_SESSION, ("prj_1", "ses_2", "agt_2", "connected")),
    )
    yield database
    await database.close()


async def refusal(*arguments: Any) -> tuple[int, str]:
    with pytest.raises(ApiError) as caught:
        await acting_agent(*arguments)
    return caught.value.status, caught.value.code


async def test_an_agent_is_found_by_its_id_and_by_its_name_in_its_project(store: Database) -> None:
    for reference in ("agt_1", "drafter"):
        found = await find_agent(store, "prj_1", reference)
        assert found is not None
        assert found["id"] == "agt_1"
        assert await find_agent(store, "prj_2", reference) is None


async def test_its_service_account_acts_as_it_and_no_other_does(store: Database) -> None:
    own = caller("service_account", "sa_1", "mobius.channel.post")
    assert (await acting_agent(store, own, "prj_1", "drafter", None))["id"] == "agt_1"
    assert (await acting_agent(store, own, "prj_1", "agt_1", "ses_1"))["id"] == "agt_1"
    other = caller("service_account", "sa_2")
    assert await refusal(store, other, "prj_1", "agt_1", None) == (403, "not_this_agent")


async def test_a_user_acts_as_it_with_the_permission(store: Database) -> None:
    may = caller("user", "usr_1", "mobius.agent.session")
    assert (await acting_agent(store, may, "prj_1", "agt_1", "ses_1"))["id"] == "agt_1"
    may_not = caller("user", "usr_1", "mobius.agent.read")
    assert await refusal(store, may_not, "prj_1", "agt_1", "ses_1") == (403, "not_this_agent")


@pytest.mark.parametrize("session", ["ses_gone", "ses_2", "ses_unknown"])
async def test_a_session_must_be_a_connected_one_of_the_agent(store: Database, session: str) -> None:
    own = caller("service_account", "sa_1")
    assert await refusal(store, own, "prj_1", "agt_1", session) == (403, "session_not_connected")


async def test_an_unknown_agent_is_not_found(store: Database) -> None:
    own = caller("service_account", "sa_1")
    for project, agent, session in (
        ("prj_1", "agt_9", None),
        ("prj_2", "agt_1", None),
        ("prj_2", "agt_1", "ses_1"),
    ):
        with pytest.raises(NotFound):
            await acting_agent(store, own, project, agent, session)
