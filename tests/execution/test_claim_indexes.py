"""A claim reads its job from an index that fits, with and without statistics, on both databases."""

from __future__ import annotations

from pathlib import Path

import pytest

from mobius.clock import SystemClock
from mobius.execution import claiming
from mobius.execution.claiming import Wanted
from mobius.store import open_database


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("queues", "index"),
    [
        (["art"], "jobs_claimable_by_queue"),
        ([], "jobs_claimable"),
        (["art", "music"], "jobs_claimable"),
    ],
)
async def test_the_index_is_the_one_for_the_queues(
    database_url: str | None, tmp_path: Path, queues: list[str], index: str
) -> None:
    store = await open_database(database_url, tmp_path, SystemClock())
    filters, values = claiming._filters(Wanted("w", None, None, queues, ["paint"]))
    explain = "EXPLAIN " if store.dialect == "postgres" else "EXPLAIN QUERY PLAN "
    text = claiming._NEXT.format(filters=filters).replace("$5", "$2")
    for place in (7, 8):
        text = text.replace(f"${place}", f"${place - 4}")
    rows = await store.all(explain + text, "prj", 1, *values)
    plan = "\n".join(str(tuple(row)[-1]) for row in rows)
    assert f"{index} " in plan + " ", plan
    await store.close()
