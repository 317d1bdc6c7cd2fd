"""The event streams: complete, in order, from a cursor on."""

from __future__ import annotations

import asyncio
import json
import socket
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from pathlib import Path

from mobius.daemons.sequencer import sequence_events
from mobius.execution import queries
from mobius.execution.streams import LARGEST_PART, EventTail
from mobius.execution.transition import append_events
from mobius.store import new_id
from tests.conftest import StartServer
from tests.execution.conversation import Conversation
from tests.execution.rooms import open_room
from tests.execution.stream_reader import StreamReader
from tests.harness.server import ServerProcess

ONE = {"name": "one", "steps": [{"name": "only", "action": "work"}]}


def test_a_run_is_told_from_start_to_end(server: ServerProcess) -> None:
    talk = Conversation(server)
    run = talk.start(ONE)
    talk.complete(talk.claim(), {"x": 1})
    events = talk.events(run["id"])
    assert events[0]["data"]["id"] == run["id"]
    told = [(event["type"], event["data"].get("status")) for event in events[1:]]
    assert told == [
        ("run_updated", "queued"),
        ("job_updated", "pending"),
        ("job_updated", "claimed"),
        ("run_updated", "running"),
        ("job_updated", "completed"),
        ("action_appended", None),
        ("run_updated", "completed"),
    ]
    seqs = [event["seq"] for event in events[1:]]
    assert seqs == sorted(set(seqs))
    later = talk.events(run["id"], since=seqs[3])
    assert [event["seq"] for event in later[1:]] == seqs[4:]
    assert {event["run_id"] for event in events} == {run["id"]}


def test_last_event_id_works_like_since(server: ServerProcess) -> None:
    talk = Conversation(server)
    talk.start(ONE)
    first = talk.events()
    for query in ("", "?since=0"):  # what a client reconnects to is what it connected to
        path = f"/projects/{talk.project}/runs/events{query}"
        with server.http.stream("GET", path, headers={"Last-Event-ID": str(first[0]["seq"])}) as answer:
            line = next(line for line in answer.iter_lines() if line.startswith("data:"))
        assert json.loads(line[5:])["seq"] == first[1]["seq"]


def test_what_is_read_from_the_log_at_once_is_bounded_in_size(
    database_url: str | None, tmp_path: Path
) -> None:
    async def work() -> None:
        async with open_room(database_url, tmp_path) as room:
            run = await room.start(ONE)
            store, text = room.execution.store, json.dumps("x" * 30_000)
            rows = [
                {"project_id": room.project, "run_id": run.id, "type": "t", "data": text, "created_at": 0}
                for _ in range(8)
            ]
            await store.write(*append_events(rows, store.dialect))
            while store.dialect == "postgres" and await sequence_events(store):
                pass
            for of_run in (None, run.id):
                pages, cursor, is_all = [], 0, False
                while not is_all:
                    page, is_all = await queries.events_of(
                        store, room.project, of_run, cursor, 200, LARGEST_PART
                    )
                    pages.append(len(page))
                    cursor = page[-1]["seq"]
                assert pages == [5, 3, 2]

    asyncio.run(work())


def test_custom_events_are_published_all_or_none(server: ServerProcess) -> None:
    talk = Conversation(server)
    run = talk.start(ONE)
    job = talk.claim()
    path = f"/jobs/{job['job_id']}/events"
    fence = {"worker_id": "w", "attempt": 1}
    good = {"type": "progress", "payload": {"percent": 10}}
    talk.post(path, fence | {"events": [good, {"type": "mobius.mine", "payload": {}}]}, 400)
    talk.post(path, fence | {"events": [good, {"type": "big", "payload": {"x": "y" * 17_000}}]}, 413)
    talk.post(path, fence | {"events": []}, 400)
    talk.post(path, fence | {"events": [good] * 101}, 400)
    talk.post(path, {"worker_id": "w", "attempt": 7, "events": [good]}, 409)
    assert not [event for event in talk.events(run["id"]) if event["type"] == "progress"]
    talk.post(path, fence | {"events": [good, good | {"payload": {"percent": 20}}]}, 204)
    told = [event["data"] for event in talk.events(run["id"]) if event["type"] == "progress"]
    assert told == [{"percent": 10}, {"percent": 20}]


def test_too_many_custom_events_are_refused_with_retry_after(start_server: StartServer) -> None:
    server = start_server(job_events_per_second="10", job_events_burst="100")
    talk = Conversation(server)
    talk.start(ONE)
    job = talk.claim()
    body = {"worker_id": "w", "attempt": 1, "events": [{"type": "tick", "payload": {}}] * 100}
    talk.post(f"/jobs/{job['job_id']}/events", body, 204)
    refused = talk.request("POST", f"/jobs/{job['job_id']}/events", body)
    assert refused.status_code == 429
    assert int(refused.headers["Retry-After"]) >= 1


def test_a_reader_sees_every_event_of_twenty_writers_in_order(start_server: StartServer) -> None:
    """On PostgreSQL half of the writers talk to a second server, and so does one of the readers."""
    here = start_server()
    there = here.sibling() if here.database_url else here
    project = here.new_project()
    readers = [StreamReader(one.base_url, one.key, project) for one in (here, there)]

    def write(number: int) -> list[str]:
        talk = Conversation(here if number % 2 else there, project)
        runs = []
        for _ in range(10):
            runs.append(talk.start(ONE, queue=f"q{number}")["id"])
            talk.complete(talk.claim(f"w{number}", queues=[f"q{number}"]), worker=f"w{number}")
        return runs

    with ThreadPoolExecutor(20) as threads:
        runs = [run for written in threads.map(write, range(20)) for run in written]
    expected = Conversation(here, project).events(until_quiet=1.0)
    for reader in readers:
        reader.wait_for(len(expected))
        reader.stop()
        seqs = [event["seq"] for event in reader.events]
        assert seqs == sorted(set(seqs))
        assert seqs == [event["seq"] for event in expected]
    assert len(runs) == 200
    assert len(expected) == 200 * 7
    for run in runs:
        statuses = [
            e["data"]["status"] for e in expected if e["run_id"] == run and e["type"] == "run_updated"
        ]
        assert statuses == ["queued", "running", "completed"]


class _StalledClient:
    """A client that asked for a stream and does not read on."""

    def __init__(self, server: ServerProcess, path: str) -> None:
        self._connection = HTTPConnection("127.0.0.1", server.port, timeout=30)
        self._connection.sock = socket.socket()
        self._connection.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 16_384)
        self._connection.sock.settimeout(30)
        self._connection.sock.connect(("127.0.0.1", server.port))
        self._connection.request("GET", path, headers={"Authorization": f"Bearer {server.key}"})
        self._answer = self._connection.getresponse()

    def read(self, last: int) -> list[int]:
        """Read on, up to the event `last`; return the `seq` of all events."""
        seqs = [0]
        while seqs[-1] < last:
            line = self._answer.readline()
            assert line, "the stream ended"
            if line.startswith(b"id:"):
                seqs.append(int(line[3:]))
        return seqs[1:]

    def close(self) -> None:
        """Hang up."""
        self._answer.close()
        self._connection.close()


def test_a_client_that_does_not_read_for_a_while_misses_nothing(start_server: StartServer) -> None:
    """What it leaves unread is more than buffers hold and more than the server keeps in memory."""
    server = start_server(job_events_per_second="100000", job_events_burst="100000")
    talk = Conversation(server)
    runs = [talk.start(ONE)["id"] for _ in range(2)]
    jobs = {job["run_id"]: job for job in (talk.claim(), talk.claim())}
    of_project = _StalledClient(server, f"/projects/{talk.project}/runs/events?since=0")
    of_run = _StalledClient(server, f"/projects/{talk.project}/runs/{runs[0]}/events?since=0")
    fence = {"worker_id": "w", "attempt": 1}
    events = [{"type": "progress", "payload": {"text": "x" * 2_500}}] * 100
    for _ in range(40):
        talk.post(f"/jobs/{jobs[runs[0]]['job_id']}/events", fence | {"events": events}, 204)
        talk.post(f"/jobs/{jobs[runs[1]]['job_id']}/events", fence | {"events": events[:10]}, 204)
    told = talk.events(until_quiet=1.0)
    assert len(told) > 4_400
    assert of_project.read(told[-1]["seq"]) == [event["seq"] for event in told]
    seqs = [event["seq"] for event in told if event["run_id"] == runs[0]]
    assert of_run.read(seqs[-1]) == [0, *seqs]
    of_project.close()
    of_run.close()


def test_clients_that_do_not_read_cost_little_memory(start_server: StartServer) -> None:
    server = start_server(job_events_per_second="100000", job_events_burst="100000")
    talk = Conversation(server)
    talk.start(ONE)
    job = talk.claim()
    stalled = [_StalledClient(server, f"/projects/{talk.project}/runs/events") for _ in range(25)]
    before = _resident_megabytes(server.pid)
    event = {"type": "progress", "payload": {"text": "x" * 10_000}}
    for _ in range(12):
        body = {"worker_id": "w", "attempt": 1, "events": [event] * 100}
        talk.post(f"/jobs/{job['job_id']}/events", body, 204)
    last = talk.events()[-1]["seq"]
    assert _resident_megabytes(server.pid) - before < 100
    assert stalled[0].read(last)[-1] == last
    for client in stalled:
        client.close()


def _resident_megabytes(pid: int) -> float:
    [line] = [
        line for line in Path(f"/proc/{pid}/status").read_text().splitlines() if line.startswith("VmRSS")
    ]
    return int(line.split()[1]) / 1024


def test_who_comes_from_a_server_that_knew_more_gets_nothing_twice(server: ServerProcess) -> None:
    talk = Conversation(server)
    talk.start(ONE)
    last = talk.events()[-1]["seq"]
    ahead = StreamReader(server.base_url, server.key, talk.project, since=last + 2)
    talk.claim(wait=0)
    talk.start(ONE)
    ahead.wait_for(2)
    ahead.stop()
    assert [event["seq"] for event in ahead.events] == [event["seq"] for event in talk.events()][-2:]


async def test_a_project_that_is_being_removed_keeps_no_other_from_its_events(
    database_url: str | None, tmp_path: Path
) -> None:
    async with open_room(database_url, tmp_path) as room:
        store, projects = room.execution.store, (room.project, new_id("prj"))
        removed = f'\x01"{"0" * 64}:5000\x01'

        async def happen(*data: str) -> None:
            rows = [
                {"project_id": project, "run_id": "run_1", "type": "t", "data": text, "created_at": 0}
                for project, text in zip(projects, data, strict=True)
            ]
            await store.write(*append_events(rows, store.dialect))
            while store.dialect == "postgres" and await sequence_events(store):
                pass

        await happen('"hello"', '"hello"')
        pushed: list[bytes] = []

        def push(chunk: bytes) -> bool:
            pushed.append(chunk)
            return True

        tail = EventTail(store)
        streams = [tail.follow(project, None, 0, push) for project in projects]
        for stream in streams:
            assert b"hello" in await anext(stream)
        next_chunks = [asyncio.create_task(anext(stream, b"the end")) for stream in streams]
        await asyncio.sleep(0)
        await happen(removed, '"news"')
        await tail.read()
        assert [b"news" in chunk for chunk in pushed] == [True]
        assert await next_chunks[0] == b"the end"
        next_chunks[1].cancel()
