"""`python -m tests.faults.overload [--seconds 60] [--times 10]`: overload a server on each database."""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from pathlib import Path
from uuid import uuid4

from tests.faults.overload.trial import overload
from tests.harness import postgres
from tests.harness.server import ServerProcess

MOST_MEMORY = 400
"""In MiB; of a server with the limits that it has by default."""
MOST_SECONDS = 5.0
CALM_SECONDS = 8.0


def main() -> int:
    """Overload; return 0 when the server stood it."""
    options = argparse.ArgumentParser(prog="overload", description="More requests than a server can take.")
    options.add_argument("--seconds", type=float, default=60.0)
    options.add_argument("--times", type=float, default=10.0)
    options.add_argument("--workers", type=int, default=4)
    options.add_argument("--database", choices=("both", "sqlite", "postgres"), default="both")
    given = options.parse_args()
    stood = True
    for kind in ("sqlite", "postgres") if given.database == "both" else (given.database,):
        with tempfile.TemporaryDirectory(prefix="mobius-overload-") as name:
            url = None
            if kind == "postgres":
                admin = postgres.admin_url(uuid4().hex, os.getpid())
                url = postgres.create_database(admin, postgres.unique_name("overload"))
            server = ServerProcess(Path(name), url)
            server.start()
            try:
                found = overload(
                    server,
                    seconds=given.seconds,
                    times=given.times,
                    calm=CALM_SECONDS,
                    workers=given.workers,
                )
            finally:
                server.close()
        told = "\n".join([f"overload of {kind}, {given.times:g} times its capacity", *found.lines()])
        print(told, flush=True)  # noqa: T201  a command prints
        bounded = found.memory_peak < MOST_MEMORY and found.recovered_after < MOST_SECONDS
        stood = stood and bounded and not found.wrong and found.work.per_second(*found.during) > 0
    return 0 if stood else 1


if __name__ == "__main__":
    sys.exit(main())
