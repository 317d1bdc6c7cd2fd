from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.domains.behind import execute as execute_behind
from tests.harness.server import ServerProcess

Execute = Callable[[str], None]


@pytest.fixture
def execute(server: ServerProcess) -> Execute:
    """Execute a statement in the server's database, behind its back."""
    return lambda sql: execute_behind(server, sql)


@pytest.fixture
def fill(execute: Execute) -> Callable[[str, int], None]:
    """Give a channel so many more members, who do not exist."""

    def run(channel_id: str, members: int) -> None:
        execute(
            f"""
            WITH RECURSIVE n (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < {members})
            INSERT INTO channel_members (project_id, channel_id, user_id, id, org_id, role, last_read_number,
                muted, starred, joined_at)
            SELECT project_id, id, 'usr_' || n, 'cmb_' || n, org_id, 'member', 0, 0, 0, 9999999999999999
            FROM n CROSS JOIN channels WHERE id = '{channel_id}'"""
        )
        execute(f"UPDATE channels SET members = members + {members} WHERE id = '{channel_id}'")

    return run
