"""Whose jobs are whose: a queue that is named like an agent is the agent's own."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from mobius.domains.agents import queries
from mobius.domains.agents.claiming import Claimants
from mobius.execution.waiting import JobWaiters
from tests.conftest import StartServer
from tests.domains.agents.ground import OWN, PROJECT, ground
from tests.domains.agents.team import AgentOfTest, Team
from tests.domains.conversation import answered, refused
from tests.harness.server import ServerProcess


@pytest.fixture
def team(server: ServerProcess) -> Team:
    return Team(server)


@contextmanager
def waiting(team: Team, http: httpx.Client | None = None, **body: Any) -> Iterator[Future[httpx.Response]]:
    """Let a claim wait while the block runs."""
    with ThreadPoolExecutor(1) as thread:
        poll = thread.submit(team.claim, http, wait_seconds=30, **body)
        time.sleep(0.3)  # it has found nothing by now
        assert not poll.done(), poll.result().text
        yield poll


def test_only_the_agent_gets_the_jobs_of_its_queue(team: Team) -> None:
    agent, other = team.agent(), team.agent()
    team.start(agent.name)
    assert team.queue_of(team.claim()) is None
    assert team.queue_of(team.claim(queues=[agent.name])) is None
    assert team.queue_of(team.claim(queues=[agent.name, "default"])) is None
    assert team.queue_of(team.claim(actions=["act"])) is None
    assert team.queue_of(team.claim(agent_id=other.id)) is None
    assert team.queue_of(team.claim(other.http, agent_id=other.id, queues=[agent.name])) is None
    assert team.queue_of(team.claim(agent.http, agent_id=agent.id, queues=["default"])) is None
    claimed = answered(team.claim(agent.http, agent_id=agent.id, queues=[agent.name]), 200)
    assert (claimed["queue"], claimed["agent_id"]) == (agent.name, agent.id)


def test_an_agent_that_names_no_queues_gets_its_own_and_those_of_nobody(team: Team) -> None:
    agent, other = team.agent(), team.agent()
    for queue in (other.name, "default", agent.name, "art"):
        team.start(queue)
    found = [team.queue_of(team.claim(agent.http, agent_id=agent.id)) for _ in range(4)]
    assert found == ["default", agent.name, "art", None]


def test_others_get_the_oldest_of_what_belongs_to_nobody(team: Team) -> None:
    agent = team.agent()
    for queue in (agent.name, "music", "art", agent.name, "music"):
        team.start(queue)
    assert [team.queue_of(team.claim()) for _ in range(4)] == ["music", "art", "music", None]


def test_an_agent_is_named_by_its_name_as_well(team: Team) -> None:
    agent = team.agent()
    session = agent.open()
    team.start(agent.name)
    claimed = answered(team.claim(agent.http, agent_id=agent.name, agent_session_id=session), 200)
    assert (claimed["agent_id"], claimed["agent_session_id"]) == (agent.id, session)
    run = answered(team.http.get(f"{team.root}/runs/{claimed['run_id']}/jobs"), 200)["items"]
    assert (run[0]["agent_id"], run[0]["agent_session_id"]) == (agent.id, session)


def test_who_is_not_the_agent_or_not_connected_is_refused(team: Team) -> None:
    agent, other = team.agent(), team.agent()
    session, others = agent.open(), other.open()
    closed = agent.open()
    answered(agent.session(closed, "disconnect"), 200)

    def claim(http: httpx.Client, **body: str) -> httpx.Response:
        return team.claim(http, **body)

    refused(claim(agent.http, agent_id="agt_unknown"), 404, "not_found")
    refused(claim(other.http, agent_id=agent.id), 403, "not_this_agent")
    for wrong in (others, closed, "ses_unknown"):
        body = {"agent_id": agent.id, "agent_session_id": wrong}
        refused(claim(agent.http, **body), 403, "session_not_connected")
    refused(claim(agent.http, agent_session_id=session), 400, "validation_failed")
    assert team.queue_of(claim(agent.http, agent_id=agent.id, agent_session_id=session)) is None
    assert team.queue_of(claim(team.http, agent_id=agent.id, agent_session_id=session)) is None


def test_an_inactive_agent_gets_nothing_until_it_is_active_again(team: Team) -> None:
    agent = team.agent()
    session = agent.open()
    team.start(agent.name)
    path = f"{team.root}/agents/{agent.name}"
    answered(team.http.patch(path, json={"status": "inactive"}), 200)
    refused(team.claim(agent.http, agent_id=agent.id), 403, "agent_inactive")
    assert team.queue_of(team.claim(queues=[agent.name])) is None
    answered(agent.session(session, "heartbeat"), 200)
    assert team.presence(agent.name) == "online"
    answered(team.http.patch(path, json={"status": "active"}), 200)
    assert team.queue_of(team.claim(agent.http, agent_id=agent.id)) == agent.name


def test_a_queue_becomes_the_agents_own_and_everybodys_again(team: Team) -> None:
    team.start("studio")
    team.start("studio")
    assert team.queue_of(team.claim(queues=["studio"])) == "studio"
    agent = team.agent("studio")
    assert team.queue_of(team.claim(queues=["studio"])) is None
    answered(team.http.delete(f"{team.root}/agents/{agent.id}"), 204)
    assert team.queue_of(team.claim(queues=["studio"])) == "studio"


def test_a_job_wakes_who_may_have_it_and_nobody_else(team: Team) -> None:
    agent = team.agent()
    with (
        waiting(team) as anybody,
        waiting(team, agent.http, agent_id=agent.id) as own,
    ):
        team.start(agent.name)
        assert team.queue_of(own.result(timeout=5)) == agent.name
        assert not anybody.done()
        team.start("default")
        assert team.queue_of(anybody.result(timeout=5)) == "default"


def test_who_waits_for_the_queue_gets_its_jobs_when_the_agent_is_gone(team: Team) -> None:
    agent = team.agent()
    team.start(agent.name)
    with waiting(team, queues=[agent.name]) as poll:
        answered(team.http.delete(f"{team.root}/agents/{agent.id}"), 204)
        assert team.queue_of(poll.result(timeout=5)) == agent.name


def test_who_waits_for_a_queue_loses_it_to_its_agent(team: Team) -> None:
    with waiting(team, queues=["studio"]) as poll:
        agent = team.agent("studio")
        team.start("studio")
        assert team.queue_of(team.claim(agent.http, agent_id=agent.id)) == "studio"
        assert not poll.done()
        answered(team.http.delete(f"{team.root}/agents/{agent.id}"), 204)
        team.start("studio")
        assert team.queue_of(poll.result(timeout=5)) == "studio"


@pytest.mark.parametrize("how", ["inactive", "disconnect", "delete"])
def test_a_claim_that_waits_ends_with_what_allows_it(team: Team, how: str) -> None:
    agent = team.agent()
    session = agent.open()
    with waiting(team, agent.http, agent_id=agent.id, agent_session_id=session) as poll:
        _take_away(team, agent, session, how)
        answer = poll.result(timeout=5)
    assert answer.status_code == (404 if how == "delete" else 403), answer.text


def test_without_agents_any_queue_is_anybodys(team: Team) -> None:
    team.start("art")
    assert team.queue_of(team.claim(queues=["art"])) == "art"


def _take_away(team: Team, agent: AgentOfTest, session: str, how: str) -> None:
    match how:
        case "inactive":
            answered(team.http.patch(f"{team.root}/agents/{agent.id}", json={"status": "inactive"}), 200)
        case "disconnect":
            answered(agent.session(session, "disconnect"), 200)
        case _:
            answered(team.http.delete(f"{team.root}/agents/{agent.id}"), 204)


@pytest.mark.parametrize("database_kind", ["postgres"], indirect=True)
def test_all_servers_know_whose_queue_is_whose(start_server: StartServer) -> None:
    first = start_server(key_cache_seconds="60")
    here = Team(first)
    there = Team(first.sibling(), here.project)
    assert there.queue_of(there.claim()) is None  # it remembers that there are no agents
    with waiting(there) as anybody:
        agent = here.agent("studio")
        far = there.server.client(agent.http.headers["Authorization"].removeprefix("Bearer "))
        with far, waiting(there, far, agent_id="studio") as own:
            here.start("studio")
            assert there.queue_of(own.result(timeout=5)) == "studio"
        assert there.queue_of(there.claim(queues=["studio"])) is None
        assert not anybody.done()
        here.start("default")
        assert there.queue_of(anybody.result(timeout=5)) == "default"


@pytest.mark.parametrize("database_kind", ["postgres"], indirect=True)
def test_what_is_done_at_one_server_ends_claims_at_another(start_server: StartServer) -> None:
    first = start_server(key_cache_seconds="60")
    second = first.sibling()
    here = Team(first)
    for how in ("inactive", "disconnect", "delete"):
        agent = here.agent()
        session = agent.open()
        there = Team(second, here.project)
        far = second.client(agent.http.headers["Authorization"].removeprefix("Bearer "))
        with far, waiting(there, far, agent_id=agent.id, agent_session_id=session) as poll:
            _take_away(here, agent, session, how)
            assert poll.result(timeout=5).status_code in {403, 404}


@pytest.mark.parametrize("database_kind", ["postgres"], indirect=True)
def test_over_two_servers_every_job_goes_once_and_to_whom_it_is_for(start_server: StartServer) -> None:
    first = start_server()
    second = first.sibling()
    team = Team(first)
    agents = [team.agent() for _ in range(2)]
    runs = [team.start(queue) for _ in range(15) for queue in ("default", *(agent.name for agent in agents))]

    def take_all(server: ServerProcess, agent: AgentOfTest | None) -> list[tuple[str, str]]:
        """Claim until there is nothing more; return each job's run and queue."""
        key = agent.http.headers["Authorization"].removeprefix("Bearer ") if agent else server.key
        who = {"agent_id": agent.id} if agent else {}
        taken = []
        with server.client(key) as http:
            while (answer := team.claim(http, **who)).status_code == 200:
                taken.append((str(answer.json()["run_id"]), str(answer.json()["queue"])))
        assert answer.status_code == 204, answer.text
        return taken

    claimants = [(server, agent) for server in (first, second) for agent in (None, *agents)]
    with ThreadPoolExecutor(len(claimants)) as threads:
        shares = list(threads.map(lambda one: take_all(*one), claimants))

    assert sorted(run for share in shares for run, _ in share) == sorted(runs)
    for (_, agent), share in zip(claimants, shares, strict=True):
        assert {queue for _, queue in share} <= {"default", *([agent.name] if agent else [])}


async def test_what_happens_to_agents_elsewhere_keeps_no_claim_waiting(
    database_url: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    names_of_project = queries.names_of_project
    async with ground(database_url, tmp_path) as here:
        wakeups = here.store.wakeups

        async def while_agents_change(*args: Any) -> Any:
            rows = await names_of_project(*args)
            wakeups.publish(f"agents:{changing}")
            return rows

        monkeypatch.setattr(queries, "names_of_project", while_agents_change)
        claimants = Claimants(here.store, here.servers[0], JobWaiters(wakeups), max_age=60)
        for changing in ("prj_2", PROJECT.id):  # noqa: B007  read by what was put in the place of the query
            async with asyncio.timeout(5):
                claimant = await claimants.claimant(OWN, PROJECT.id, None, None)
            assert claimant.closed == {"drafter"}
        await claimants.close()
