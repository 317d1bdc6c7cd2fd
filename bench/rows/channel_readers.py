"""Five hundred people who watch one channel: how long a message takes from its posting to each of them."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence

from bench.connection import Connection, connections
from bench.ground import Ground
from bench.load import ROOT
from bench.readers import now_us, quantile, readers
from bench.row import Figure, Line, Row

READERS = 500
MESSAGES_PER_SECOND = 20
POSTERS = 10
SECONDS = 15
WARM_UP_SECONDS = 3
CHANNEL = f"{ROOT}/channels/watched"


async def measure(ground: Ground) -> Sequence[Figure]:
    """Post at a steady rate while the readers, in a process of their own, note when each message came.

    A delay begins when the request that posts the message is sent, so it includes the commit.
    """
    with ground.server() as server:
        async with connections(server, POSTERS) as posters:
            body = {"name": "watched", "display_name": "Watched", "kind": "channel"}
            await posters[0].post(f"{ROOT}/channels", body, 201)
            async with readers(server, f"{CHANNEL}/events", READERS) as delays_of:
                await _post(posters)
                delays = await delays_of()
    expected = READERS * MESSAGES_PER_SECOND * SECONDS
    assert delays.total() == expected, f"{delays.total():,} messages came, not {expected:,}"
    return [Figure([quantile(delays, 0.5)]), Figure([quantile(delays, 0.99)])]


async def _post(posters: Sequence[Connection]) -> None:
    free: asyncio.Queue[Connection] = asyncio.Queue()
    for poster in posters:
        free.put_nowait(poster)

    async def post(poster: Connection, number: int) -> None:
        sent_us = now_us() if number >= 0 else 0
        body = {"content": f"**message {number}** of the day", "metadata": {"sent_us": sent_us}}
        await poster.post(f"{CHANNEL}/messages", body, 201)
        free.put_nowait(poster)

    begun = time.perf_counter()
    async with asyncio.TaskGroup() as posting:
        for number in range(-MESSAGES_PER_SECOND * WARM_UP_SECONDS, MESSAGES_PER_SECOND * SECONDS):
            due = begun + WARM_UP_SECONDS + number / MESSAGES_PER_SECOND
            await asyncio.sleep(due - time.perf_counter())
            posting.create_task(post(await free.get(), number))


CHANNEL_READERS = Row(
    name="channel-readers",
    lines=[
        Line(
            f"{READERS:,} readers of a channel, {MESSAGES_PER_SECOND} messages/s: post to frame, p50",
            "ms",
            less_is_better=True,
        ),
        Line("  post to frame, p99", "ms", at_least=500, aim=100, less_is_better=True),
    ],
    measure=measure,
)
