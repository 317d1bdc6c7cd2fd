"""One overload from beginning to end, and what it showed."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import msgspec

from tests.faults.overload.flood import Order, Tide
from tests.faults.overload.workers import QUEUE, Work, Workers
from tests.harness.server import ServerProcess

RUNS = "/projects/default/runs"
SPEC = {
    "name": "one",
    "steps": [{"name": "only", "action": "work", "store": "result"}],
    "outputs": [{"name": "result", "variable": "result"}],
}
WELL = 0.25
"""A start that takes no longer was answered as by a server at rest."""
IN_A_ROW = 10
FEW_CALLERS = 48
DEPTH = 5
FASTER_THAN_ANY = 20_000.0
ROOT = Path(__file__).parents[3]


@dataclass
class Findings:
    """What was measured, and what was wrong."""

    capacity: float
    tide: Tide
    work: Work
    before: tuple[float, float]
    during: tuple[float, float]
    memory_before: int
    memory_peak: int
    memory_after: int
    recovered_after: float
    wrong: list[str] = field(default_factory=list)

    def lines(self) -> Iterator[str]:
        """Yield the report."""
        tide, work = self.tide, self.work
        yield f"  capacity: {self.capacity:.0f} starts/s beside the workers"
        yield (
            f"  flood: {tide.sent / tide.took:.0f} starts/s sent for {tide.took:.0f} s, "
            f"{tide.sent / tide.took / self.capacity:.1f} times the capacity; {tide.unsent} more had no "
            f"connection left"
        )
        for status, count in sorted(tide.statuses.items()):
            figures = tide.milliseconds.get(status)
            waits = "" if figures is None else " p50 {:.0f} ms, p99 {:.0f} ms, max {:.0f} ms".format(*figures)
            yield f"    {status}: {count} ({100 * count / max(1, tide.sent):.1f} %){waits}"
        yield f"  429/503 without Retry-After: {tide.without_retry_after}"
        for name, (begun, ended) in (("before", self.before), ("during", self.during)):
            yield (
                f"  claims and completions {name}: {work.per_second(begun, ended):.0f} jobs/s, "
                f"p99 {work.slowest(begun, ended):.0f} ms"
            )
        yield f"    refused to workers: {work.refused}"
        yield (
            f"  memory (RSS): {self.memory_before} MiB before, {self.memory_peak} MiB at most, "
            f"{self.memory_after} MiB after"
        )
        yield f"  recovered after {self.recovered_after:.2f} s"
        yield f"  wrong: {len(self.wrong)}"
        yield from (f"    {what}" for what in self.wrong[:20])


def overload(server: ServerProcess, *, seconds: float, times: float, calm: float, workers: int) -> Findings:
    """Measure what a server takes, send it so many times more, and see what becomes of it."""
    beside = Workers(server, workers)
    try:
        calm_begun = time.monotonic()
        capacity = _capacity(server, calm)
        flood_begun = time.monotonic()
        memory_before = _memory(server.pid, "VmRSS")
        Path(f"/proc/{server.pid}/clear_refs").write_text("5", encoding="utf-8")
        tide, flood_ended, recovered_after = _flooded(server, capacity * times, seconds)
        memory_peak, memory_after = _memory(server.pid, "VmHWM"), _memory(server.pid, "VmRSS")
    finally:
        beside.stop()
    findings = Findings(
        capacity,
        tide,
        beside.work,
        (calm_begun, flood_begun),
        (flood_begun, flood_ended),
        memory_before,
        memory_peak,
        memory_after,
        recovered_after,
    )
    findings.wrong = [*beside.work.wrong, *_wrong_starts(server, tide), *_wrong_answers(server, tide)]
    return findings


def _body(number: str) -> str:
    return json.dumps({"spec": SPEC, "inputs": {"n": number}, "queue": QUEUE, "metadata": {"n": number}})


def _capacity(server: ServerProcess, seconds: float) -> float:
    """Return how many starts per second are accepted when a few callers always wait for an answer."""
    order = Order(
        server.port, server.key, RUNS, _body("calm"), FASTER_THAN_ANY, seconds, connections=FEW_CALLERS
    )
    report = server.data_dir / "calm.json"
    with _flood(order, report) as flood:
        flood.wait()
    tide = msgspec.json.decode(report.read_bytes(), type=Tide)
    return tide.statuses["202"] / tide.took


def _flooded(server: ServerProcess, per_second: float, seconds: float) -> tuple[Tide, float, float]:
    """Return what the flood met, when its last request was sent, and how long the server took to recover."""
    order = Order(server.port, server.key, RUNS, _body("%d"), per_second, seconds, depth=DEPTH)
    report = server.data_dir / "flood.json"
    with _flood(order, report) as flood:
        assert flood.stdout is not None
        flood.stdout.readline()
        ended = time.monotonic()
        recovered_after = _recovery(server, ended)
    return msgspec.json.decode(report.read_bytes(), type=Tide), ended, recovered_after


def _flood(order: Order, report: Path) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "tests.faults.overload.flood", str(report)]
    flood = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT)
    assert flood.stdin is not None
    flood.stdin.write(msgspec.json.encode(order))
    flood.stdin.close()
    return flood


def _recovery(server: ServerProcess, ended: float) -> float:
    """Return how long after the flood starts were answered as ever, ten in a row."""
    in_a_row = 0
    first = time.monotonic()
    with server.client(server.key) as http:
        while in_a_row < IN_A_ROW:
            begun = time.monotonic()
            try:
                status = http.post(RUNS, content=_body("after")).status_code
            except httpx.TransportError:
                status = 0
            well = status == httpx.codes.ACCEPTED and time.monotonic() - begun < WELL
            if well and in_a_row == 0:
                first = begun
            in_a_row = in_a_row + 1 if well else 0
            if begun - ended > 60:
                return 60.0
    return max(0.0, first - ended)


def _wrong_starts(server: ServerProcess, tide: Tide) -> Iterator[str]:
    """Yield what is wrong with the runs that are there: each accepted one is, and is what was sent."""
    found: dict[str, str] = {}
    cursor = ""
    while True:
        page = server.http.get(f"{RUNS}?limit=200&queue={QUEUE}{cursor}").raise_for_status().json()
        for run in page["items"]:
            found[run["id"]] = run["inputs"]["n"]
            if run["status"] not in {"queued", "running", "completed"}:
                yield f"run {run['id']} is {run['status']}: {run.get('error_message')}"
        if not page["has_more"]:
            break
        cursor = f"&cursor={page['next_cursor']}"
    for run_id, number in tide.accepted.items():
        if found.get(run_id) != number:
            yield f"run {run_id} was accepted for {number}, and has {found.get(run_id)}"
    started = sum(number.isdecimal() for number in found.values())
    lost = sum(tide.statuses.get(name, 0) for name in ("unanswered", "hung up on"))
    if started > len(tide.accepted) + lost:
        yield f"{started} runs were started for {len(tide.accepted)} that were accepted and {lost} unanswered"


def _wrong_answers(server: ServerProcess, tide: Tide) -> Iterator[str]:
    if odd := set(tide.statuses) - {"202", "429", "503", "unanswered", "hung up on"}:
        yield f"answers {sorted(odd)}"
    if tide.without_retry_after:
        yield f"{tide.without_retry_after} refusals say not when to try again"
    if "request_failed" in server.log_text():
        yield "the log tells of a failed request"


def _memory(pid: int, which: str) -> int:
    lines = Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(which)) // 1024
