"""How a daemon's loop waits."""

from __future__ import annotations

import asyncio

import pytest

from mobius.daemons import loop
from mobius.daemons.loop import Loop
from mobius.store.wakeups import LocalWakeups


@pytest.mark.anyio
async def test_hints_do_not_cut_the_pause_after_a_failure_short(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loop, "FIRST_BACKOFF", 60)
    monkeypatch.setattr(loop, "LONGEST_BACKOFF", 60)
    tries = 0

    async def fail() -> None:
        nonlocal tries
        tries += 1
        raise RuntimeError

    wakeups = LocalWakeups()
    daemon = Loop("broken", fail, wakeups, interval=60, kinds=["work"])
    for _ in range(20):
        await asyncio.sleep(0)
        wakeups.publish("work:")
    assert tries == 1
    await daemon.stop(60)
