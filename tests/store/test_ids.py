"""Ids: unique, sorted by time, readable."""

from __future__ import annotations

import re
import time
from concurrent.futures import ThreadPoolExecutor

from mobius.store import new_id


def test_ids_of_a_process_strictly_increase() -> None:
    ids = [new_id("job") for _ in range(20_000)]
    assert ids == sorted(ids)
    assert len(set(ids)) == len(ids)
    assert all(re.fullmatch(r"job_[0-9a-hjkmnp-tv-z]{26}", one) for one in ids[:100])


def test_ids_of_many_threads_are_unique() -> None:
    with ThreadPoolExecutor(8) as threads:
        made = [
            one for ids in threads.map(lambda _: [new_id("x") for _ in range(2000)], range(8)) for one in ids
        ]
    assert len(set(made)) == 16_000


def test_later_ids_sort_later() -> None:
    earlier = new_id("run")
    time.sleep(0.002)
    assert earlier < new_id("run")
