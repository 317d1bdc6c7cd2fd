"""What a million runs and ten million events do to the answers of a server, against a hundredth of that."""

from __future__ import annotations

import statistics
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence

from bench.connection import Connection, connections
from bench.ground import Ground
from bench.load import ROOT
from bench.past import Established, Past
from bench.row import Figure, Line, Row

FEW = Past(ended=10_000, pending=1_000)
MANY = Past(ended=1_000_000, pending=1_000)
BACKLOG = Past(ended=0, pending=99_000, numbered_from=1_001_000)
ROUNDS = 5
SAMPLES = 40
CLAIMS = 12
SETTINGS = {"MOBIUS_LEASE_SECONDS": "3600"}

RUNS = f"{ROOT}/runs?limit=50"
FILTERS = (
    "status=failed",
    "status=running",
    "queue=default",
    "queue=rare",
    "workflow_type=flow-3",
    "workflow_type=rare",
    "initiated_by=key-1",
    "initiated_by=rare",
    "external_id=order-1001",
    "parent_run_id=parent-1",
    "status=failed&workflow_type=flow-3",
    "status=failed&queue=rare",
    "status=failed&queue=queue-8",
    "status=failed&initiated_by=key-2",
    "status=queued&workflow_type=flow-7&queue=queue-8",
)
CLAIM_FILTERS: Sequence[Mapping[str, Sequence[str]]] = (
    {"queues": ["queue-8"]},
    {},
    {"queues": ["queue-7", "queue-9"]},
    {"queues": ["nothing-here", "nor-here"]},
    {"actions": ["act-3"]},
    {"queues": ["default"], "actions": ["nobody-does-this"]},
)

PENDING = MANY.pending + BACKLOG.pending

Ask = Callable[[Connection], Awaitable[None]]
Pair = tuple[Connection, Connection]
AskBoth = Callable[[Pair], Awaitable[Sequence[Figure]]]


async def measure(ground: Ground) -> Sequence[Figure]:
    """Ask two servers the same in turns, one of which has the longer past; later it has a backlog as well."""
    with ground.established() as young, ground.established() as old:
        ground.say("writing two pasts takes some minutes")
        young.write(FEW)
        old.write(MANY)
        ground.say("asking")
        read = await _with_connections(young, old, _reads)
        old.write(BACKLOG)
        ground.say("claiming")
        return [*read, *await _with_connections(young, old, _claims)]


async def _with_connections(young: Established, old: Established, ask: AskBoth) -> Sequence[Figure]:
    with young.server(SETTINGS) as few, old.server(SETTINGS) as many:
        async with connections(few, 1) as [to_few], connections(many, 1) as [to_many]:
            return await ask((to_few, to_many))


async def _reads(pair: Pair) -> Sequence[Figure]:
    page = await compared(pair, get(RUNS))
    few, many = pair
    paged = await compared(pair, get(await _later_page(few)), get(await _later_page(many)))
    filtered = {text: await compared(pair, get(f"{RUNS}&{text}")) for text in FILTERS}
    one = await compared(pair, get(await _some_run(few)), get(await _some_run(many)))
    return [page, paged, worst(filtered), one, await compared(pair, METRICS)]


async def _claims(pair: Pair) -> Sequence[Figure]:
    # The claims first: a server closes a connection that says nothing for half a minute.
    claims = {str(wanted): await compared(pair, _claim(wanted), samples=CLAIMS) for wanted in CLAIM_FILTERS}
    took = await _milliseconds(pair[1], METRICS, 300)
    return [Figure([statistics.quantiles(took, n=100)[98]]), worst(claims)]


async def compared(pair: Pair, ask: Ask, ask_many: Ask | None = None, samples: int = SAMPLES) -> Figure:
    """Return the times of the server with many runs, beside those of the one with few."""
    few, many = pair
    for connection, question in ((few, ask), (many, ask_many or ask)):
        await _milliseconds(connection, question, 3)
    rounds = [
        (
            statistics.median(await _milliseconds(few, ask, samples)),
            statistics.median(await _milliseconds(many, ask_many or ask, samples)),
        )
        for _ in range(ROUNDS)
    ]
    return Figure([big for _, big in rounds], [small for small, _ in rounds])


async def _milliseconds(connection: Connection, ask: Ask, samples: int) -> list[float]:
    took = []
    for _ in range(samples):
        begun = time.perf_counter()
        await ask(connection)
        took.append((time.perf_counter() - begun) * 1000)
    return took


def get(path: str) -> Ask:
    """Return what asks for a path."""

    async def ask(connection: Connection) -> None:
        status, body = await connection.exchange(connection.prepared("GET", path))
        assert status == 200, f"GET {path}: {status} {body!r}"

    return ask


def _claim(wanted: Mapping[str, Sequence[str]]) -> Ask:
    async def ask(connection: Connection) -> None:
        status, job = await connection.request("POST", f"{ROOT}/jobs/claim", {"worker_id": "w", **wanted})
        assert status in (200, 204), f"claim: {status} {job}"

    return ask


METRICS = get(f"{ROOT}/metrics")


async def _later_page(connection: Connection) -> str:
    path = RUNS
    for _ in range(20):
        _, page = await connection.request("GET", path)
        path = f"{RUNS}&cursor={page['next_cursor']}"
    return path


async def _some_run(connection: Connection) -> str:
    _, page = await connection.request("GET", f"{RUNS}&status=completed")
    return f"{ROOT}/runs/{page['items'][-1]['id']}"


def worst(figures: Mapping[str, Figure]) -> Figure:
    """Return the figure that grew most; all are in its note."""
    grown = sorted(figures.items(), key=lambda item: -(item[1].judged))
    note = "; ".join(f"{name}: {figure.value:.2f} ms, x{figure.judged:.2f}" for name, figure in grown)
    worst = grown[0][1]
    return Figure(worst.samples, worst.references, note)


def _line(what: str, at_least: float, aim: float) -> Line:
    return Line(what, "ms", f"{FEW.ended:,} runs", at_least=at_least, aim=aim, less_is_better=True)


GROWTH = Row(
    name="growth",
    lines=[
        _line(f"list runs, of {MANY.ended:,} with {MANY.ended * 10:,} events", 2, 1.2),
        _line("  the 21st page", 2, 1.2),
        _line("  filtered (the filter that grows most)", 2, 1.2),
        _line("get a run", 2, 1.2),
        _line("metrics of the project", 2, 1.2),
        Line(f"  with {PENDING:,} pending jobs, p99", "ms", at_least=100, less_is_better=True),
        Line(
            f"claim of {PENDING:,} pending jobs (the claim that grows most)",
            "ms",
            f"{FEW.pending:,} pending",
            at_least=1.5,
            aim=1.1,
            less_is_better=True,
        ),
    ],
    measure=measure,
    seconds=1200,
)
