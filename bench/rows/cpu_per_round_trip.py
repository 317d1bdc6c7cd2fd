"""The CPU time that the server spends on a claim and a completion, and on what."""

from __future__ import annotations

from collections.abc import Sequence

from bench.connection import Connection, connections
from bench.cpu import cpu_seconds, loop_seconds
from bench.ground import Ground
from bench.load import QUEUE, ROUND_TRIP_STEPS, start_runs, work_together
from bench.profile import PARTS, profile
from bench.row import Figure, Line, Row
from bench.rows.round_trips import WARM_UP_SECONDS, WORKERS, trips_per_second
from bench.servers import Server

SECONDS = 5
ROUNDS = 3


async def measure(ground: Ground) -> Sequence[Figure]:
    """Take the time from the kernel while nobody looks, and its parts from a profile right after it.

    Other threads than the loop's belong to SQL: they read and commit for SQLite.
    """
    samples = []
    with ground.server() as server:
        async with connections(server, WORKERS) as pool:
            await trips_per_second(server, pool, WARM_UP_SECONDS)
            for _ in range(ROUNDS):
                samples.append(await _microseconds(server, pool))
                ground.say(", ".join(f"{part} {value:.0f} µs" for part, value in samples[-1].items()))
    totals = [sum(sample.values()) for sample in samples]
    http_and_validation = [sample["HTTP"] + sample["validation"] for sample in samples]
    parts = [Figure([sample[name] for sample in samples]) for name, _ in PARTS]
    return [Figure(totals), Figure(http_and_validation), *parts]


async def _microseconds(server: Server, pool: Sequence[Connection]) -> dict[str, float]:
    pid = server.process.pid
    await start_runs(server, QUEUE, ROUND_TRIP_STEPS, 8 * WORKERS)
    all_before, loop_before = cpu_seconds(pid), loop_seconds(pid)
    done, _ = await work_together(pool, QUEUE, SECONDS)
    loop = (loop_seconds(pid) - loop_before) / len(done) * 1_000_000
    others = (cpu_seconds(pid) - all_before) / len(done) * 1_000_000 - loop
    shares = await profile(pid, SECONDS - 1, lambda: work_together(pool, QUEUE, SECONDS))
    return {name: share * loop + (others if name == "SQL" else 0) for name, share in shares.items()}


CPU_PER_ROUND_TRIP = Row(
    name="cpu",
    lines=[
        Line("CPU of the server per claim + complete", "µs"),
        Line("  of it: HTTP and validation", "µs", aim=150, less_is_better=True),
        *(Line(f"  of it: {name}", "µs") for name, _ in PARTS),
    ],
    measure=measure,
)
