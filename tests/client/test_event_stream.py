"""A stream of events outlives its connections."""

from __future__ import annotations

import itertools

import httpx
import pytest

from mobius.client import AsyncClient, Client, NotAuthenticated, RetryPolicy, RunEvent
from mobius.client.events import EventReader


def frame(seq: int | None, type: str = "progress") -> str:
    head = "" if seq is None else f"id: {seq}\n"
    return f'{head}data: {{"type":"{type}","run_id":"run_1","seq":{seq or 0},"data":{{}}}}\n\n'


def stream(*parts: str) -> httpx.Response:
    return httpx.Response(200, text="".join(parts), headers={"content-type": "text/event-stream"})


def serving(*answers: httpx.Response | Exception) -> tuple[httpx.MockTransport, list[httpx.Request]]:
    seen: list[httpx.Request] = []
    left = list(answers)

    def handle(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        answer = left.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    return httpx.MockTransport(handle), seen


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(RetryPolicy, "pause", lambda *_: 0.0)


def test_a_broken_stream_goes_on_behind_the_last_event() -> None:
    transport, seen = serving(
        stream(frame(4), ":keepalive\n\n", frame(5)),
        httpx.ConnectError("refused"),
        httpx.Response(503, json={"error": {"code": "unavailable", "message": "starting"}}),
        stream(frame(6)),
    )
    client = Client("http://mobius.test", "mbx_key", transport=transport)
    events = list(itertools.islice(client.stream_run_events("run_1", since=3), 3))
    assert [event.seq for event in events] == [4, 5, 6]
    assert [request.url.params["since"] for request in seen] == ["3", "5", "5", "5"]


async def test_the_asynchronous_stream_does_the_same() -> None:
    transport, seen = serving(stream(frame(1)), stream(frame(2)))
    sequence = []
    async with AsyncClient("http://mobius.test", "mbx_key", transport=transport) as client:
        async for event in client.stream_project_run_events():
            sequence.append(event.seq)
            if len(sequence) == 2:
                break
    assert sequence == [1, 2]
    assert "since" not in seen[0].url.params
    assert seen[1].url.params["since"] == "1"


def test_a_refusal_ends_the_stream() -> None:
    transport, _ = serving(
        stream(frame(1)),
        httpx.Response(401, json={"error": {"code": "not_authenticated", "message": "revoked"}}),
    )
    client = Client("http://mobius.test", "mbx_key", transport=transport)
    events = client.stream_run_events("run_1")
    assert next(events).seq == 1
    with pytest.raises(NotAuthenticated, match="revoked"):
        next(events)


def test_a_snapshot_without_an_id_does_not_move_the_cursor() -> None:
    reader = EventReader("/events", RunEvent, since=3)
    lines = (frame(None, "run_updated") + frame(4)).split("\n")
    types = [event.type for line in lines if (event := reader.feed(line)) is not None]
    assert types == ["run_updated", "progress"]
    assert reader.since == 4


def test_half_a_frame_is_forgotten_when_the_connection_breaks() -> None:
    reader = EventReader("/events", RunEvent, since=None)
    reader.feed('data: {"type":"half"')
    reader.request()
    events = [event for line in frame(1).split("\n") if (event := reader.feed(line)) is not None]
    assert [event.type for event in events] == ["progress"]
