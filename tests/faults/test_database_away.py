"""PostgreSQL goes away for a while, in several ways, and comes back.

MOBIUS_TEST_AWAY_SECONDS sets for how long, for a longer absence.
"""

from __future__ import annotations

import asyncio
import os
import signal
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, NamedTuple, Self
from urllib.parse import urlsplit
from uuid import uuid4

import httpx
import pytest

from mobius.clock import SystemClock
from mobius.store import DatabaseUnavailable, open_database
from tests.execution.conversation import Conversation
from tests.execution.stream_reader import StreamReader
from tests.faults.proxy import TcpProxy
from tests.harness import postgres
from tests.harness.server import ServerProcess

NAP = {
    "name": "nap",
    "steps": [
        {"name": "nap", "sleep": {"duration": "1s"}, "next": [{"step": "work"}]},
        {"name": "work", "action": "work", "store": "x"},
    ],
}
ONE = {"name": "one", "steps": [{"name": "work", "action": "work", "store": "x"}]}
AWAY_SECONDS = float(os.environ.get("MOBIUS_TEST_AWAY_SECONDS", "2"))
TOLD_WITHIN = 2.5
BACK_WITHIN = 5.0
STOPPED_WITHIN = 10.0
DURABLE: dict[str, str] = {}
"""Settings of a cluster that is stopped as in a crash, and must remember what it has committed."""
LOG_LINES_PER_SECOND = 20


class Outage(NamedTuple):
    """A database at `url` that goes away and comes back on command."""

    url: str
    begin: Callable[[], None]
    end: Callable[[], None]


class OwnCluster(NamedTuple):
    """A cluster that these tests may stop."""

    cluster: postgres.Cluster
    admin_url: str


@pytest.fixture(scope="module")
def own_cluster() -> Iterator[OwnCluster]:
    home = Path(tempfile.gettempdir()) / f"mobius-postgres-{uuid4().hex[:16]}"
    admin_url = postgres.start_keeper(home, os.getpid(), DURABLE)
    yield OwnCluster(postgres.Cluster(home), admin_url)
    postgres.dismiss_keeper(home)


@pytest.fixture(params=["cut", "stopped", "frozen"])
def outage(request: pytest.FixtureRequest, own_cluster: OwnCluster) -> Iterator[Outage]:
    """The network ends all connections; PostgreSQL stops; it does not move any more, and tells nobody."""
    cluster, admin_url = own_cluster
    url = postgres.create_database(admin_url, postgres.unique_name("away"))
    port = urlsplit(url).port
    assert port is not None
    with TcpProxy(port) as proxy:
        behind = url.replace(f":{port}/", f":{proxy.port}/")
        ways = {
            "cut": Outage(behind, proxy.cut, proxy.heal),
            "stopped": Outage(url, cluster.stop, lambda: cluster.start(port, DURABLE)),
            "frozen": Outage(url, cluster.freeze, cluster.thaw),
        }
        yield ways[request.param]


@pytest.fixture
def server(outage: Outage, tmp_path: Path) -> Iterator[ServerProcess]:
    server = ServerProcess(tmp_path, outage.url)
    server.start()
    yield server
    server.close()


@pytest.mark.timeout(60 + AWAY_SECONDS)
def test_an_absence_is_told_quickly_and_everything_goes_on_by_itself_afterwards(
    server: ServerProcess, outage: Outage
) -> None:
    talk = Conversation(server)
    reader = StreamReader(server.base_url, server.key, talk.project)
    napping = talk.start(NAP)
    claimed_run = talk.start(ONE, queue="other")
    job = talk.claim(queues=["other"])
    start = {"spec": ONE, "queue": "nobody's"}
    requests = [("GET", "/runs", None), ("POST", "/runs", start), ("GET", f"/runs/{napping['id']}", None)]

    with Poll(server, talk.project, seconds=AWAY_SECONDS + 10) as poll:
        outage.begin()
        try:
            begun = time.monotonic()
            with ThreadPoolExecutor(60) as together:
                told = list(together.map(lambda request: refused_after(talk, *request), requests * 20))
            assert max(told) < TOLD_WITHIN
            assert server.http.get("/health").status_code == 503
            while time.monotonic() < begun + AWAY_SECONDS:
                for request in requests:
                    assert refused_after(talk, *request) < 0.5, "it is known, nobody has to wait for it again"
                time.sleep(0.2)
        finally:
            outage.end()
        healed_at = time.monotonic()
        while server.http.get("/health").status_code != 200:
            assert time.monotonic() < healed_at + BACK_WITHIN
            time.sleep(0.05)
        back = time.monotonic() - healed_at
        assert_calm_log(server, seconds=time.monotonic() - begun)

        # The poll has waited all the time (30 s at most), and gets what the timer started meanwhile.
        woken = poll.job() or talk.claim("poll", wait=10)
        assert woken["run_id"] == napping["id"]
    talk.complete(job, 1)
    talk.complete(woken, 2, worker="poll")
    for run in (napping, claimed_run):
        assert talk.run(run["id"])["status"] == "completed"
    log = talk.events(until_quiet=1.5)
    reader.wait_for(len(log))
    reader.stop()
    assert [event["seq"] for event in reader.events] == [event["seq"] for event in log]
    print(f"told within {max(told):.2f} s, back after {back:.2f} s")  # noqa: T201


def test_a_server_stops_in_time_while_its_database_is_away(server: ServerProcess, outage: Outage) -> None:
    talk = Conversation(server)
    talk.start(NAP)
    reader = StreamReader(server.base_url, server.key, talk.project)
    with Poll(server, talk.project, seconds=20) as poll:
        outage.begin()
        try:
            begun = time.monotonic()
            server.stop()
            took = time.monotonic() - begun
        finally:
            outage.end()
        assert took < STOPPED_WITHIN
        assert poll.answer().status_code in (204, 503)
    reader.stop()
    assert "Traceback" not in server.log_text()
    print(f"stopped after {took:.2f} s")  # noqa: T201


@pytest.mark.anyio
async def test_one_connection_that_is_dead_alone_costs_one_statement_and_a_slow_statement_is_none(
    own_cluster: OwnCluster, tmp_path: Path
) -> None:
    url = postgres.create_database(own_cluster.admin_url, postgres.unique_name("alone"))
    database = await open_database(url, tmp_path, SystemClock())
    row = await database.one(
        "process", "SELECT pg_backend_pid() AS pid"
    )  # the connection that comes next, too
    os.kill(row["pid"], signal.SIGSTOP)
    try:
        dead = asyncio.create_task(database.ping())
        await asyncio.sleep(0)
        begun = time.monotonic()
        while time.monotonic() < begun + 1:
            await database.ping()
            await asyncio.sleep(0.05)
        with pytest.raises(DatabaseUnavailable):
            await dead
        assert time.monotonic() - begun < TOLD_WITHIN
    finally:
        os.kill(row["pid"], signal.SIGCONT)
    await database.first("SELECT pg_sleep(2.5)")
    await database.close()


class Poll:
    """A claim that waits, in a thread of its own."""

    def __init__(self, server: ServerProcess, project: str, seconds: float) -> None:
        self._http = server.client(server.key)
        self._thread = ThreadPoolExecutor(1)
        body = {"worker_id": "poll", "queues": ["default"], "wait_seconds": min(30, int(seconds))}
        path = f"/projects/{project}/jobs/claim"
        self._answer = self._thread.submit(self._http.post, path, json=body, timeout=seconds + 30)
        time.sleep(0.3)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._thread.shutdown()
        self._http.close()

    def answer(self) -> httpx.Response:
        """Return what the server said in the end."""
        return self._answer.result()

    def job(self) -> Any:
        """Return the job that it got, or None when its time was over."""
        answer = self.answer()
        assert answer.status_code in (200, 204), answer.text
        return answer.json() if answer.content else None


def refused_after(talk: Conversation, method: str, path: str, body: Any) -> float:
    """Expect to be told that the database is away; return the seconds that it took."""
    begun = time.monotonic()
    answer = talk.request(method, path, body)
    took = time.monotonic() - begun
    assert answer.status_code == 503, answer.text
    assert answer.json()["error"]["code"] == "database_unavailable"
    assert int(answer.headers["Retry-After"]) >= 1
    return took


def assert_calm_log(server: ServerProcess, seconds: float) -> None:
    text = server.log_text()
    assert "Traceback" not in text
    assert text.count("database_lost") == text.count("database_found") == 1
    assert text.count("\n") < 50 + LOG_LINES_PER_SECOND * seconds
