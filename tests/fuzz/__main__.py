"""`python -m tests.fuzz [--minutes 10]`: fuzz servers on both databases, tell what came of it."""

from __future__ import annotations

import argparse
import itertools
import os
import random
import sys
import tempfile
import threading
import time
import traceback
from collections.abc import Callable
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from uuid import uuid4

from tests.fuzz import parts
from tests.fuzz.caller import Caller
from tests.fuzz.tally import Part, Tally
from tests.harness import postgres
from tests.harness.server import ServerProcess

PROGRESS_SECONDS = 30.0
GENERATED_AT_A_TIME = 70.0
EXAMPLES = 60
RANDOM = {"protocol": parts.protocol, "specs": parts.specs, "expressions": parts.expressions}
Parts = dict[Part, Callable[[int], None]]


def main() -> int:
    """Fuzz; return 0 unless a server failed or answered wrongly."""
    options = argparse.ArgumentParser(prog="fuzz", description="Random requests against real servers.")
    options.add_argument("--minutes", type=float, default=10.0)
    options.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**9))
    given = options.parse_args()
    seconds = given.minutes * 60
    _say(f"fuzz: {given.minutes:g} minutes, seed {given.seed}")
    tally = Tally()
    with tempfile.TemporaryDirectory(prefix="mobius-fuzz-") as name, ExitStack() as at_end:
        place = Path(name)
        admin = postgres.admin_url(uuid4().hex, os.getpid())
        # Schemathesis finds the projects of others and meddles with their work, so it has servers of its own.
        apart, servers = (_servers(place / lane, admin, at_end) for lane in ("generated", "random"))
        until = time.monotonic() + seconds
        lanes = [
            threading.Thread(target=_repeat, args=(lane, tally, given.seed, until), daemon=True)
            for lane in (_generated(apart, tally, place, until), _random(servers, tally))
        ]
        _run(lanes, tally, seconds)
        for kind, server in (*apart.items(), *servers.items()):
            if "request_failed" in server.log_text() or "stream_failed" in server.log_text():
                tally.note_wrong(("log", kind), server.log_text()[-8_000:])
    for part, what in tally.wrong:
        _say(f"\n{' on '.join(part)}: {what}")
    _say("\n" + "\n".join(tally.table()))
    return 1 if tally.wrong or tally.failures() else 0


def _servers(place: Path, admin: str, at_end: ExitStack) -> dict[str, ServerProcess]:
    """Start a server on each database."""
    url = postgres.create_database(admin, postgres.unique_name("fuzz"))
    servers = {
        "sqlite": ServerProcess(place / "sqlite"),
        "postgres": ServerProcess(place / "postgres", url),
    }
    for server in servers.values():
        at_end.callback(server.close)
        server.start()
    return servers


def _say(line: str) -> None:
    print(line, flush=True)  # noqa: T201  a command prints


def _run(lanes: list[threading.Thread], tally: Tally, seconds: float) -> None:
    begun = time.monotonic()
    for lane in lanes:
        lane.start()
    for lane in lanes:
        while lane.is_alive():
            lane.join(PROGRESS_SECONDS)
            _say(
                f"{time.monotonic() - begun:5.0f} of {seconds:.0f} s: {tally.requests()} requests, "
                f"{tally.failures()} times 500, {len(tally.wrong)} wrong"
            )


def _repeat(parts: Parts, tally: Tally, seed: int, until: float) -> None:
    """Do the parts in turn, each time with another number, until the time is over."""
    for number in itertools.count(seed):
        for where, part in parts.items():
            if time.monotonic() > until:
                return
            try:
                part(number)
            except Exception as error:  # noqa: BLE001  what is wrong is reported at the end
                tally.note_wrong(where, "".join(traceback.format_exception(error))[-8_000:])


def _generated(servers: dict[str, ServerProcess], tally: Tally, place: Path, until: float) -> Parts:
    def part(kind: str, number: int) -> None:
        left = min(GENERATED_AT_A_TIME, until - time.monotonic())
        parts.generated(servers[kind], kind, tally, number, left, place / f"generated-{kind}-{number}")

    return {("schema", kind): partial(part, kind) for kind in servers}


def _random(servers: dict[str, ServerProcess], tally: Tally) -> Parts:
    callers = {
        (name, kind): Caller(server, (name, kind), tally)
        for kind, server in servers.items()
        for name in RANDOM
    }
    found: Parts = {
        where: partial(RANDOM[where[0]], caller, examples=EXAMPLES) for where, caller in callers.items()
    }
    return found | {("evaluation", parts.NOBODY): partial(parts.evaluations, tally, examples=10 * EXAMPLES)}


if __name__ == "__main__":
    sys.exit(main())
