"""Live streams of events, read from the event log: replay from a cursor, then follow.

Each server reads the log once, whatever the number of subscribers: `EventTail` keeps the latest frames of
each followed project in memory, and writes new ones straight to the connections of those who are up to date.
A subscriber whose connection takes no more is only a cursor again, so a slow one costs nothing: it goes on
from what is kept, or, when it has fallen behind that, reads pages from the database until it has caught up.
"""

from __future__ import annotations

import asyncio
import time
from bisect import bisect_left
from collections import deque
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import accumulate
from typing import Any

import msgspec

from mobius.api.sse import Push, sse_frame
from mobius.clock import from_micros
from mobius.execution import queries
from mobius.execution.reading import row_in_full, rows_in_full, within
from mobius.execution.records import encode, raw_json, run_shape
from mobius.execution.room import Execution
from mobius.store import Database, NotFound

PAGE = 200
KEPT_FRAMES = 2_000
KEPT_BYTES = 8 * 1024 * 1024
PUSHED_AT_ONCE = 200
LARGEST_PART = 64 * 1024
"""In bytes, about: what waits for a slow subscriber is no more, lest many of them fill the memory."""
_json = msgspec.json.Encoder()


@dataclass(frozen=True, slots=True)
class Frame:
    """One event as it is sent."""

    seq: int
    subject: str
    content: bytes


@dataclass(eq=False, slots=True)
class _Live:
    """A subscriber that has all frames up to the newest: the next ones are pushed to it."""

    push: Push
    cursor: int
    over: asyncio.Future[None]
    """Resolves when no more are pushed to it: it fell behind, or the project was deleted."""

    def take(self, frames: list[Frame], chunk: bytes) -> None:
        """Push `frames`, which are `chunk` together."""
        if self.over.done():
            return
        if self.cursor >= frames[0].seq:  # it came from a server that knew more
            frames = [frame for frame in frames if frame.seq > self.cursor]
            chunk = _joined(frames)
        if not frames:
            return
        if len(chunk) <= LARGEST_PART and self.push(chunk):
            self.cursor = frames[-1].seq
        else:
            self.end()

    def end(self) -> None:
        if not self.over.done():
            self.over.set_result(None)


@dataclass(slots=True)
class _Followed:
    """The latest frames of a project: all of them after `floor`, up to `newest`."""

    floor: int
    newest: int
    frames: deque[Frame] = field(default_factory=deque)
    size: int = 0
    live: dict[str | None, dict[_Live, None]] = field(default_factory=dict)
    """By the subject that they follow; None: all runs."""
    subscribers: int = 0
    ended: bool = False

    def keep(self, frames: list[Frame]) -> None:
        """Keep new frames, and no more of the old ones than there is room for."""
        new = [frame for frame in frames if frame.seq > self.newest]
        self.frames.extend(new)
        self.size += sum(len(frame.content) for frame in new)
        self.newest = max(self.newest, frames[-1].seq)
        while len(self.frames) > KEPT_FRAMES or self.size > KEPT_BYTES:
            oldest = self.frames.popleft()
            self.size -= len(oldest.content)
            self.floor = oldest.seq

    def after(self, cursor: int) -> list[Frame] | None:
        """Return the first frames after `cursor`, or None when some of them are not kept any more."""
        if cursor < self.floor:
            return None
        newer: list[Frame] = []
        for frame in reversed(self.frames):
            if frame.seq <= cursor:
                break
            newer.append(frame)
        newer.reverse()
        sizes = accumulate(len(frame.content) for frame in newer)
        return newer[: 1 + bisect_left(list(sizes), LARGEST_PART)]

    async def push(self, frames: list[Frame]) -> None:
        """Push new frames to those who are up to date."""
        pushed = 0
        for subject in (None, *dict.fromkeys(frame.subject for frame in frames)):
            if subject not in self.live:
                continue
            wanted = _about(frames, subject)
            if not wanted:
                continue
            chunk = _joined(wanted)
            for subscriber in list(self.live[subject]):
                subscriber.take(wanted, chunk)
                pushed += 1
                if pushed % PUSHED_AT_ONCE == 0:
                    await asyncio.sleep(0)

    async def pushed_to(self, push: Push, subject: str | None, cursor: int) -> int:
        """Push all that comes after `cursor`; return where the subscriber is when it takes no more."""
        subscriber = _Live(push, cursor, asyncio.get_running_loop().create_future())
        here = self.live.setdefault(subject, {})
        here[subscriber] = None
        try:
            await subscriber.over
        finally:
            del here[subscriber]
            if not here and self.live.get(subject) is here:
                del self.live[subject]
        return subscriber.cursor

    def end(self) -> None:
        """The project was deleted."""
        self.ended = True
        for subscribers in self.live.values():
            for subscriber in subscribers:
                subscriber.end()


class EventTail:
    """Follows the event log for the streams of this server."""

    def __init__(self, store: Database) -> None:
        self._store = store
        self._position = 0
        self._projects: dict[str, _Followed] = {}
        store.wakeups.on("project_deleted", self._end)

    async def newest(self) -> int:
        """Return the `seq` of the newest event of the log."""
        return await queries.last_seq(self._store)

    async def read(self) -> bool:
        """Read what the log has gained; return True when there may be more. Idle while nobody subscribes."""
        if not self._projects:
            return False
        rows = await queries.events_after(self._store, self._position, PAGE)
        if not rows:
            return False
        begun = time.monotonic()
        page = rows[: within(rows, KEPT_BYTES, "data")]
        more = len(rows) == PAGE or len(page) < len(rows)
        wanted = self._wanted(page)
        new = {name: await self._frames_of(name, some) for name, some in wanted.items()}
        for project_id, frames in new.items():
            if frames and project_id in self._projects:
                self._projects[project_id].keep(frames)
        self._position = max(self._position, page[-1]["seq"])
        for project_id, frames in new.items():
            followed = self._projects.get(project_id)
            if frames and followed is not None:
                await followed.push(frames)
        await asyncio.sleep(0)  # what was pushed is sent
        # As much time again belongs to everybody else; with many subscribers more events share a push.
        await asyncio.sleep(time.monotonic() - begun)
        return more

    async def _frames_of(self, project_id: str, rows: list[Any]) -> list[Frame]:
        """Return the frames of rows of a project; it ends when what they refer to is removed already."""
        try:
            return await _frames(self._store, project_id, rows)
        except NotFound:  # only with its project: the others go on
            self._end(project_id)
            return []

    def _wanted(self, rows: list[Any]) -> dict[str, list[Any]]:
        """Return the rows of the projects that somebody follows."""
        wanted: dict[str, list[Any]] = {}
        for row in rows:
            followed = self._projects.get(row["project_id"])
            if followed is not None and not followed.ended:
                wanted.setdefault(row["project_id"], []).append(row)
        return wanted

    def _end(self, project_id: str) -> None:
        """Let the streams of a project that was deleted end."""
        followed = self._projects.get(project_id)
        if followed is not None:
            followed.end()

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
        self, project_id: str, subject: str | None, since: int | None, push: Push
    ) -> AsyncGenerator[bytes]:
        """Yield chunks with the events about `subject` (None: all runs) after `since` (None: from now on).

        When there are no more, those to come are pushed, for as long as `push` takes them. It ends when the
        project is deleted.
        """
        async with self._following(project_id) as followed:
            cursor = self._position if since is None else since
            while not followed.ended:
                position = self._position
                frames = followed.after(cursor)
                if frames is None:
                    rows, all_of_them = await queries.events_of(
                        self._store, project_id, subject, cursor, PAGE, LARGEST_PART
                    )
                    page = rows[: within(rows, LARGEST_PART, "data")]
                    all_of_them = all_of_them and len(page) == len(rows)
                    frames = await _frames(self._store, project_id, page)
                    caught_up = max(cursor, position) if all_of_them else cursor
                    cursor = max(caught_up, frames[-1].seq) if frames else caught_up
                elif frames:
                    cursor = frames[-1].seq
                else:
                    cursor = await followed.pushed_to(push, subject, cursor)
                if frames := _about(frames, subject):
                    yield _joined(frames)


async def run_frames(
    room: Execution, tail: EventTail, project_id: str, run_id: str, since: int | None, push: Push
) -> AsyncIterator[bytes]:
    """Yield the run as it is now, then its events.

    The first frame carries `since`, or the newest `seq` without it, so that a client that reconnects with the
    largest `seq` it has seen misses nothing.
    """
    seq = await tail.newest() if since is None else since
    row = await queries.run(room.store, project_id, run_id)
    row = await row_in_full(room.store, row, "inputs", "metadata")
    yield frame_of(seq, "run_updated", run_id, row["updated_at"], encode(run_shape(row)))
    async for chunk in tail.follow(project_id, run_id, seq, push):
        yield chunk


def _about(frames: list[Frame], subject: str | None) -> list[Frame]:
    if subject is None:
        return [frame for frame in frames if is_run(frame.subject)]
    return [frame for frame in frames if frame.subject == subject]


def is_run(subject: str) -> bool:
    """Return whether an event with this subject is about a run."""
    return subject.startswith("run_")


def _joined(frames: list[Frame]) -> bytes:
    return b"".join(frame.content for frame in frames)


async def _frames(store: Database, project_id: str, rows: Sequence[Any]) -> list[Frame]:
    return [_frame(row) for row in await rows_in_full(store, project_id, rows, "data")]


def _frame(row: Any) -> Frame:
    content = frame_of(row["seq"], row["type"], row["run_id"], row["created_at"], row["data"])
    return Frame(row["seq"], row["run_id"], content)


def frame_of(seq: int, kind: str, subject: str, created_at: int, data: str) -> bytes:
    """Return an event as it is sent; `data` is JSON, `created_at` in microseconds."""
    envelope = {
        "type": kind,
        "run_id" if is_run(subject) else "subject": subject,
        "seq": seq,
        "timestamp": from_micros(created_at),
        "data": raw_json(data),
    }
    return sse_frame(seq, _json.encode(envelope))
