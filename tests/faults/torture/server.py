"""A server whose clock is wrong: `python -m tests.faults.torture.server SECONDS-AHEAD`."""

from __future__ import annotations

import sys
from datetime import UTC, datetime, timedelta

from mobius.clock import SystemClock
from mobius.server.run import serve
from mobius.server.settings import load_settings
from tests.faults.torture.clock import run_ahead


def main() -> None:
    """Serve, with the clock moved."""
    ahead = timedelta(seconds=float(sys.argv[1]))
    run_ahead(ahead)

    def now(self: SystemClock) -> datetime:
        return datetime.now(UTC) + ahead + self.offset

    SystemClock.now = now  # type: ignore[method-assign]
    serve(load_settings())


if __name__ == "__main__":
    main()
