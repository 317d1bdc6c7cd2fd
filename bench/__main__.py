"""The benchmark: `make bench` measures every row and prints one table; `--help` tells how to choose."""

from __future__ import annotations

import argparse
import asyncio
import json
import time
from collections.abc import Sequence
from pathlib import Path

import uvloop
from rich.console import Console

from bench.ground import Database, Ground, Machine, machine_line
from bench.report import Result, as_json, show
from bench.row import BOTH, Figure, Row
from bench.rows import ROWS

WIDTH = 180  # of the table in a file or a pipe


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure the chosen rows and print what was seen; return 1 when one of them failed."""
    options = _options(arguments)
    console = Console(highlight=False)
    if not console.is_terminal:
        console.width = WIDTH
    if options.list:
        for row in options.only:
            console.print(
                f"{row.name}: {'; '.join(line.what for line in row.lines)} ({', '.join(row.databases)})"
            )
        return 0
    results = []
    with Machine() as machine:
        for row in options.only:
            result = _measured(row, machine, options.database, console)
            if result.figures or result.failures:
                results.append(result)
    console.print()
    show(console, machine_line(), results)
    if options.json:
        options.json.write_text(json.dumps(as_json(machine_line(), results), indent=1) + "\n")
    return int(any(result.failures for result in results))


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="make bench", description="Pass options as ARGS='--only round-trips'."
    )
    parser.add_argument(
        "--only", type=_rows, default=ROWS, metavar="NAME[,NAME]", help="only these rows, see --list"
    )
    parser.add_argument("--database", choices=BOTH, help="only this database")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write all samples to this file")
    parser.add_argument("--list", action="store_true", help="list the rows, measure nothing")
    return parser.parse_args(arguments)


def _rows(names: str) -> list[Row]:
    known = {row.name: row for row in ROWS}
    unknown = [name for name in names.split(",") if name not in known]
    if unknown:
        raise argparse.ArgumentTypeError(f"no row is named {unknown[0]!r}; there are {', '.join(known)}")
    return [known[name] for name in names.split(",")]


def _measured(row: Row, machine: Machine, only: Database | None, console: Console) -> Result:
    result = Result(row)
    for database in row.databases:
        if only not in (None, database):
            continue
        console.print(f"{row.name} on {database} ...", style="bold")
        begun = time.monotonic()
        ground = Ground(machine, database, lambda what: console.print(f"  {what}", markup=False))
        try:
            result.figures[database] = uvloop.run(_within_its_time(row, ground))
        except Exception as error:  # noqa: BLE001  the other rows go on
            result.failures[database] = f"{type(error).__name__}: {error}"
            console.print(f"  failed: {result.failures[database]}", style="red", markup=False)
        console.print(f"  {time.monotonic() - begun:.0f} s")
    return result


async def _within_its_time(row: Row, ground: Ground) -> Sequence[Figure]:
    async with asyncio.timeout(row.seconds):
        figures = await row.measure(ground)
    assert len(figures) == len(row.lines), f"{len(figures)} figures for {len(row.lines)} lines"
    return figures


if __name__ == "__main__":
    raise SystemExit(main())
