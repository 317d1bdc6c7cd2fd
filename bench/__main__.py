"""The benchmark: `make bench` prints a table, and the same as JSON with `--json FILE`."""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import platform
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from bench.load import round_trips, sequential_seconds, start_runs, start_to_claim
from bench.postgres import throw_away_postgres
from bench.servers import Server, running_server

WORKERS = 32


def machine() -> str:
    """Return one line about this machine."""
    model = "unknown processor"
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            model = line.partition(":")[2].strip()
            break
    return f"{os.cpu_count()} x {model}, Python {platform.python_version()}, {platform.system()}"


async def measure(server: Server, seconds: float) -> dict[str, Any]:
    """Return the figures of one database."""
    starts = 2000
    p50, p99 = await start_to_claim(server, 300)
    return {
        "start_to_claim_p50_ms": round(p50 * 1000, 2),
        "start_to_claim_p99_ms": round(p99 * 1000, 2),
        "sequential_40_steps_seconds": round(
            min([await sequential_seconds(server, 40) for _ in range(3)]), 3
        ),
        "run_starts_per_second": round(starts / await start_runs(server, "starts", steps=5, runs=starts)),
        "round_trips_per_second": round(await round_trips(server, WORKERS, seconds)),
    }


def main() -> None:
    """Measure both databases and print what was seen."""
    parser = argparse.ArgumentParser(prog="make bench")
    parser.add_argument("--seconds", type=float, default=10.0, help="length of the round-trip measurement")
    parser.add_argument("--json", type=Path, help="also write the figures to this file")
    options = parser.parse_args()
    console = Console()
    figures: dict[str, Any] = {"machine": machine()}
    with throw_away_postgres() as postgres_url:
        for database in ("sqlite", "postgres"):
            console.print(f"measuring {database} ...")
            with running_server(database, postgres_url) as server:
                figures[database] = asyncio.run(measure(server, options.seconds))
    table = Table("what", "sqlite", "postgres", title=figures["machine"])
    for name in figures["sqlite"]:
        table.add_row(name.replace("_", " "), str(figures["sqlite"][name]), str(figures["postgres"][name]))
    console.print(table)
    if options.json:
        options.json.write_text(json.dumps(figures, indent=1) + "\n")


main()
