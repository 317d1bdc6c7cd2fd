"""A short torture: `make torture` is the long one, and docs/torture.md says what both do."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import DatabaseKind
from tests.faults.torture import report
from tests.faults.torture.checker import check
from tests.faults.torture.conductor import torture
from tests.faults.torture.plan import Plan
from tests.harness.postgres import PostgresMissingError, binaries


@pytest.mark.slow
@pytest.mark.timeout(180)
def test_nothing_is_lost_or_done_twice_while_everything_fails(
    database_kind: DatabaseKind, tmp_path: Path
) -> None:
    if database_kind == "postgres":
        try:
            binaries()
        except PostgresMissingError:
            pytest.skip("a PostgreSQL that is only named cannot be restarted")
    servers = 2 if database_kind == "postgres" else 1
    plan = Plan("short 5592", database_kind, 6.0, workers=5, servers=servers, seconds_per_fault=0.3)
    place = tmp_path / "torture"
    with torture(plan, place) as done:
        verdict = check(done.history)
        told = "\n".join(report.lines(done, verdict))
        print(told)  # noqa: T201  shown when the test fails
        if verdict.violations:
            done.keep(told)
    assert verdict.violations == [], f"the evidence is in {place}"
    assert verdict.compared >= 10
    assert len(done.faults) >= 5
