"""Presence is what the latest sessions say, and each change of it is told once."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import suppress
from itertools import pairwise
from pathlib import Path

import pytest

from mobius.api.errors import ApiError
from mobius.daemons.presence import announce_silent_agents
from mobius.domains.agents.sessions import KEPT_SESSIONS, SessionClosed
from mobius.store import NotFound, Write
from tests.domains.agents.ground import AGENT, OWN, PROJECT, Ground, ground

pytestmark = pytest.mark.anyio


@pytest.fixture
async def here(database_url: str | None, tmp_path: Path) -> AsyncIterator[Ground]:
    async with ground(database_url, tmp_path) as one:
        yield one


async def test_an_agent_is_online_while_a_session_of_it_is_heard_of(here: Ground) -> None:
    assert await here.presence() == "offline"
    session = await here.open()
    here.later(90)
    assert await here.presence() == "online"
    here.later(0.000001)
    assert await here.presence() == "stale"
    await here.beat(session)
    assert await here.presence() == "online"
    await here.close(session)
    assert await here.presence() == "offline"


async def test_only_the_latest_twenty_sessions_count(here: Ground) -> None:
    oldest = await here.open()
    for _ in range(19):
        await here.close(await here.open())
    assert await here.presence() == "online"
    last = await here.open()
    await here.close(last)
    assert await here.presence() == "offline"
    await here.announce()
    here.later(80)
    await here.beat(oldest)  # on the slow way, for it was quiet for long
    await here.announce()
    assert await here.presence() == "offline"
    assert await here.kinds() == ["online", "offline"]


async def test_the_first_session_is_told_and_the_last_goodbye(here: Ground) -> None:
    first, second = await here.open(), await here.open()
    await here.close(first)
    await here.announce()
    assert await here.kinds() == ["online"]
    await here.close(second)
    await here.close(second)
    await here.announce()
    online, offline = await here.told()
    assert online == {
        "type": "agent.online",
        "id": AGENT,
        "name": "drafter",
        "display_name": "drafter",
        "service_account_id": "sa_1",
        "status": "active",
        "presence": "online",
    }
    assert (offline["type"], offline["presence"]) == ("agent.offline", "offline")


async def test_silence_is_told_once_and_the_return_from_it(here: Ground) -> None:
    session = await here.open()
    for _ in range(4):
        here.later(80)
        await here.announce()
        await here.beat(session)
    assert await here.kinds() == ["online"]
    here.later(91)
    await asyncio.gather(*(here.announce(server % 2) for server in range(6)))
    assert await here.kinds() == ["online", "offline"]
    assert (await here.told())[-1]["presence"] == "stale"
    await here.announce()
    await here.beat(session)
    await here.beat(session)
    assert await here.kinds() == ["online", "offline", "online"]


async def test_the_daemon_knows_when_to_look_next(here: Ground) -> None:
    async def due() -> float | None:
        while (seconds := await announce_silent_agents(here.store, here.clock, here.servers[0])) == 0:
            pass
        return seconds

    assert await due() is None
    session = await here.open()
    assert await due() == 90.000001
    here.later(60)
    await here.beat(session)
    here.later(31)
    assert await due() == 59.000001  # the heartbeat did not say so, the look did
    here.later(61)
    assert await due() is None


async def test_many_at_once_over_two_servers_are_one_coming_and_one_going(here: Ground) -> None:
    sessions = await asyncio.gather(*(here.open(number % 2) for number in range(20)))
    assert await here.kinds() == ["online"]
    await asyncio.gather(
        *(here.close(session, number % 2) for number, session in enumerate(sessions)),
        *(here.announce(number % 2) for number in range(4)),
    )
    await here.announce()
    assert await here.kinds() == ["online", "offline"]


async def test_a_server_that_dies_while_it_looks_leaves_the_agent_to_another(
    here: Ground, monkeypatch: pytest.MonkeyPatch
) -> None:
    await here.close(await here.open())

    async def die(*_: object) -> None:
        raise RuntimeError("killed")

    with monkeypatch.context() as patch:
        patch.setattr(here.servers[0], "announce_if_offline", die, raising=True)
        with pytest.raises(RuntimeError):
            await here.announce()
    assert await here.kinds() == ["online"]
    here.later(5)
    await here.announce(1)
    assert await here.kinds() == ["online", "offline"]


async def test_a_closed_session_stays_closed(here: Ground) -> None:
    session = await here.open()
    await here.close(session)
    with pytest.raises(SessionClosed):
        await here.beat(session)
    with pytest.raises(NotFound):
        await here.beat("ses_unknown")


async def test_old_sessions_are_forgotten_and_live_ones_are_not(here: Ground) -> None:
    alive = await here.open()
    stale = await here.open()
    here.later(60)
    await here.beat(alive)
    here.later(60)
    for _ in range(KEPT_SESSIONS + 5):
        await here.close(await here.open())
    rows = await here.store.all("SELECT id FROM agent_sessions WHERE project_id = $1", PROJECT.id)
    ids = {row["id"] for row in rows}
    assert alive in ids
    assert stale not in ids
    assert len(ids) == KEPT_SESSIONS + 1


@pytest.mark.parametrize("seed", range(6))
async def test_what_is_told_alternates_and_ends_with_what_is(here: Ground, seed: int) -> None:
    """Random openings, heartbeats, closings, silences and looks, several at a time."""
    chance = random.Random(seed)
    sessions: list[str] = []

    async def something(server: int) -> None:
        await asyncio.sleep(chance.random() * 0.003)
        match chance.choice(["open", "beat", "beat", "close", "announce"]):
            case "open":
                sessions.append(await here.open(server))
            case "beat" if sessions:
                with suppress(ApiError, NotFound):
                    await here.beat(chance.choice(sessions), server)
            case "close" if sessions:
                with suppress(NotFound):
                    await here.close(chance.choice(sessions), server)
            case _:
                await here.announce(server)

    for _ in range(25):
        await asyncio.gather(*(something(number % 2) for number in range(6)))
        here.later(chance.choice([0, 1, 20, 40, 70, 91]))
    await here.announce()
    here.later(6)  # what a look had taken when it lost against another change
    await here.announce()

    kinds = await here.kinds()
    assert kinds[:1] == ["online"]
    assert all(before != after for before, after in pairwise(kinds)), kinds
    assert (kinds[-1] == "online") == (await here.presence() == "online")


async def test_the_dead_agent_is_looked_at_no_more(here: Ground) -> None:
    session = await here.open()
    await here.store.write(
        Write("DELETE FROM agents WHERE project_id = $1", (PROJECT.id,)),
        Write("DELETE FROM agent_sessions WHERE project_id = $1", (PROJECT.id,)),
    )
    with pytest.raises(NotFound):
        await here.beat(session)
    with pytest.raises(NotFound):
        await here.servers[0].disconnect(OWN, PROJECT.id, session)
    await here.announce()
    assert await here.kinds() == ["online"]
