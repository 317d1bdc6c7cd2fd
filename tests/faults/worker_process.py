"""A worker in a process of its own, to be killed: `python -m tests.faults.worker_process`."""

from __future__ import annotations

import random
import time
from typing import Any

from mobius import ActionContext, Worker

worker = Worker(queues=["default"], concurrency=4, poll_seconds=2)


@worker.action("double")
def double(value: int, context: ActionContext) -> int:
    """Return twice the value after a moment."""
    time.sleep(random.uniform(0, 0.03))
    context.emit("doubled", {"value": value})
    return 2 * value


@worker.action("flaky")
def flaky(value: int, context: ActionContext) -> Any:
    """Fail in the first two attempts that are counted."""
    time.sleep(random.uniform(0, 0.01))
    if context.attempt <= 2:
        raise RuntimeError("not yet")
    return value + 1


if __name__ == "__main__":
    worker.run()
