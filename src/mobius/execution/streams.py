"""Live streams of events, read from the event log: replay from a cursor, then follow.

Each server reads the log once, whatever the number of subscribers: `EventTail` keeps the latest frames of
each followed project in memory. A subscriber is only a cursor, so a slow one costs nothing: when it has
fallen behind what is kept, it reads pages from the database until it has caught up.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import msgspec

from mobius.clock import from_micros
from mobius.execution import queries
from mobius.execution.records import encode, raw_json, run_shape
from mobius.execution.room import Execution
from mobius.store import Database

PAGE = 200
KEPT_FRAMES = 2_000
KEPT_BYTES = 8 * 1024 * 1024
_json = msgspec.json.Encoder()


@dataclass(frozen=True, slots=True)
class Frame:
    """One event as it is sent."""

    seq: int
    run_id: str
    content: bytes


@dataclass(slots=True)
class _Followed:
    """The latest frames of a project: all of them after `floor`, up to `newest`."""

    floor: int
    newest: int
    frames: deque[Frame] = field(default_factory=deque)
    size: int = 0
    changed: asyncio.Event = field(default_factory=asyncio.Event)
    subscribers: int = 0
    ended: bool = False

    def append(self, frame: Frame) -> None:
        if frame.seq <= self.newest:
            return
        self.newest = frame.seq
        self.frames.append(frame)
        self.size += len(frame.content)
        while len(self.frames) > KEPT_FRAMES or self.size > KEPT_BYTES:
            oldest = self.frames.popleft()
            self.size -= len(oldest.content)
            self.floor = oldest.seq

    def after(self, cursor: int) -> list[Frame] | None:
        """Return the frames after `cursor`, or None when some of them are not kept any more."""
        if cursor < self.floor:
            return None
        newer: list[Frame] = []
        for frame in reversed(self.frames):
            if frame.seq <= cursor:
                break
            newer.append(frame)
        newer.reverse()
        return newer

    def notify(self) -> None:
        self.changed.set()
        self.changed = asyncio.Event()


class EventTail:
    """Follows the event log for the streams of this server."""

    def __init__(self, store: Database) -> None:
        self._store = store
        self._position = 0
        self._projects: dict[str, _Followed] = {}
        store.wakeups.on("project_deleted", self._end)

    async def read(self) -> bool:
        """Read what the log has gained; return True when there may be more. Idle while nobody subscribes."""
        if not self._projects:
            return False
        rows = await queries.events_after(self._store, self._position, PAGE)
        changed: dict[str, _Followed] = {}
        for row in rows:
            followed = self._projects.get(row["project_id"])
            if followed is not None:
                followed.append(_frame(row))
                changed[row["project_id"]] = followed
        if rows:
            self._position = max(self._position, rows[-1]["seq"])
        for followed in changed.values():
            followed.notify()
        return len(rows) == PAGE

    def _end(self, project_id: str) -> None:
        """Let the streams of a project that was deleted end."""
        followed = self._projects.get(project_id)
        if followed is not None:
            followed.ended = True
            followed.notify()

    @asynccontextmanager
    async def _following(self, project_id: str) -> AsyncIterator[_Followed]:
        if not self._projects:
            head = await queries.last_seq(self._store)
            if not self._projects:
                self._position = max(self._position, head)
        followed = self._projects.setdefault(project_id, _Followed(self._position, self._position))
        followed.subscribers += 1
        try:
            yield followed
        finally:
            followed.subscribers -= 1
            if not followed.subscribers and self._projects.get(project_id) is followed:
                del self._projects[project_id]

    async def follow(
        self, project_id: str, run_id: str | None, since: int | None
    ) -> AsyncIterator[list[Frame]]:
        """Yield the frames of a project or a run after `since` (None: from now on), until it is deleted."""
        async with self._following(project_id) as followed:
            cursor = self._position if since is None else since
            while not followed.ended:
                changed, position = followed.changed, self._position
                frames = followed.after(cursor)
                if frames is None:
                    rows = await queries.events_of(self._store, project_id, run_id, cursor, PAGE)
                    frames = [_frame(row) for row in rows]
                    caught_up = max(cursor, position) if len(rows) < PAGE else cursor
                    cursor = max(caught_up, frames[-1].seq) if frames else caught_up
                else:
                    cursor = frames[-1].seq if frames else cursor
                    if run_id is not None:
                        frames = [frame for frame in frames if frame.run_id == run_id]
                    if not frames and followed.changed is changed:
                        await changed.wait()
                        continue
                if frames:
                    yield frames


async def project_frames(tail: EventTail, project_id: str, since: int | None) -> AsyncIterator[bytes]:
    """Yield the events of a project as chunks of the stream."""
    async for frames in tail.follow(project_id, None, since):
        yield b"".join(frame.content for frame in frames)


async def run_frames(
    room: Execution, tail: EventTail, project_id: str, run_id: str, since: int | None
) -> AsyncIterator[bytes]:
    """Yield the run as it is now, then its events.

    The first frame carries `since`, or the newest `seq` without it, so that a client that reconnects with the
    largest `seq` it has seen misses nothing.
    """
    seq = await queries.last_seq(room.store) if since is None else since
    row = await queries.run(room.store, project_id, run_id)
    yield _content(seq, "run_updated", run_id, row["updated_at"], encode(run_shape(row)))
    async for frames in tail.follow(project_id, run_id, seq):
        yield b"".join(frame.content for frame in frames)


def _frame(row: Any) -> Frame:
    content = _content(row["seq"], row["type"], row["run_id"], row["created_at"], row["data"])
    return Frame(row["seq"], row["run_id"], content)


def _content(seq: int, kind: str, run_id: str, created_at: int, data: str) -> bytes:
    envelope = {
        "type": kind,
        "run_id": run_id,
        "seq": seq,
        "timestamp": from_micros(created_at),
        "data": raw_json(data),
    }
    return b"id: %d\ndata: %s\n\n" % (seq, _json.encode(envelope))
