"""`python -m tests.faults.torture` tortures for minutes and tells what came of it; see docs/torture.md."""

from __future__ import annotations

import argparse
import secrets
import shutil
import signal
import sys
from pathlib import Path

from tests.faults.torture import report
from tests.faults.torture.checker import check
from tests.faults.torture.conductor import torture
from tests.faults.torture.plan import Database, Plan, drawn

PLACE = Path(".torture")
DATABASES: tuple[Database, ...] = ("sqlite", "postgres")


def main() -> int:
    """Torture one database or both; return the exit status."""
    options = argparse.ArgumentParser(prog="torture", description="Random faults under random workflows.")
    options.add_argument("--minutes", type=float, default=10.0, help="how long faults happen, per database")
    options.add_argument("--seed", default="", help="what decides everything that is random in the plan")
    options.add_argument("--database", choices=("both", *DATABASES), default="both")
    options.add_argument("--workers", type=int, help="processes; drawn from 5 to 20 if not given")
    options.add_argument("--servers", type=int, help="on PostgreSQL; drawn from 1 to 3 if not given")
    options.add_argument("--keep", action="store_true", help="keep the evidence also when all is well")
    given = options.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))  # leave nobody behind
    seed = given.seed or secrets.token_hex(4)
    sound = True
    for database in DATABASES if given.database == "both" else (given.database,):
        plan = drawn(seed, database, given.minutes * 60, given.workers, given.servers)
        sound = endured(plan, (PLACE / f"{database}-{seed}").resolve(), given.keep) and sound
    return 0 if sound else 1


def endured(plan: Plan, directory: Path, keep: bool) -> bool:
    """Run a plan and print what came of it; keep the evidence when asked or when something was violated."""
    if directory.exists():
        shutil.rmtree(directory)
    cast = f"{plan.servers} servers, {plan.workers} workers"
    tell(f"torture of {plan.database}, seed {plan.seed}: {cast}, faults for {plan.seconds:.0f} s")
    with torture(plan, directory, tell) as done:
        verdict = check(done.history)
        told = "\n".join(report.lines(done, verdict))
        tell(told)
        kept = keep or bool(verdict.violations)
        if kept:
            done.keep("\n".join([told, *map(str, verdict.violations)]))
            tell(f"the evidence is in {directory}")
    if not kept:
        shutil.rmtree(directory)
    return not verdict.violations


def tell(line: str) -> None:
    """Print a line at once."""
    print(line, flush=True)  # noqa: T201  a command prints


if __name__ == "__main__":
    sys.exit(main())
