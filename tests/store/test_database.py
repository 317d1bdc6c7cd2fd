"""What both drivers promise: one suite that each of them passes."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from mobius.clock import VirtualClock
from mobius.store import (
    Database,
    DatabaseUnavailable,
    GuardMissed,
    NotFound,
    UniqueViolation,
    Write,
    along_with_next_write,
)
from tests.store.conftest import OpenAnother

pytestmark = pytest.mark.anyio

INSERT = "INSERT INTO orgs (id, name, created_at, updated_at) VALUES ($1, $2, $3, $3)"
RENAME = "UPDATE orgs SET name = $2 WHERE id = $1"


def insert(org_id: str, name: str = "name") -> Write:
    return Write(INSERT, (org_id, name, 1))


async def names(database: Database) -> dict[str, str]:
    rows = await database.all("SELECT id, name FROM orgs ORDER BY id")
    return {row["id"]: row["name"] for row in rows}


async def test_a_batch_is_one_transaction(database: Database) -> None:
    await database.write(insert("a"), insert("b"))
    with pytest.raises(UniqueViolation):
        await database.write(insert("c"), insert("a"))
    assert list(await names(database)) == ["a", "b"]


async def test_a_write_is_seen_by_the_next_read(database: Database) -> None:
    for n in range(20):
        await database.write(insert(f"org{n:02}"))
        assert (await database.one("org", "SELECT name FROM orgs WHERE id = $1", f"org{n:02}"))[
            "name"
        ] == "name"
        assert len(await names(database)) == n + 1


async def test_a_missed_guard_undoes_the_batch(database: Database) -> None:
    await database.write(insert("a"))
    with pytest.raises(GuardMissed):
        await database.write(insert("b"), Write(RENAME, ("nobody", "x"), rows=1))
    with pytest.raises(GuardMissed):
        await database.write(Write(RENAME, ("a", "x"), rows=0))
    with pytest.raises(GuardMissed):
        await database.write(Write(RENAME + " RETURNING id", ("a", "x"), rows=2))
    assert await names(database) == {"a": "name"}
    await database.write(Write(RENAME, ("a", "x"), rows=1), insert("b"))
    assert await names(database) == {"a": "x", "b": "name"}


async def test_a_failing_batch_undoes_no_other_one(database: Database) -> None:
    await database.write(insert("taken"))

    async def write(n: int) -> str:
        try:
            await database.write(
                insert(f"org{n:03}"), insert("taken") if n % 3 == 0 else insert(f"too{n:03}")
            )
        except UniqueViolation:
            return "refused"
        return "written"

    outcomes = await asyncio.gather(*(write(n) for n in range(90)))
    assert outcomes.count("refused") == 30
    written = await names(database)
    assert len(written) == 1 + 2 * 60
    assert "org000" not in written
    assert {"org001", "too001"} <= set(written)


async def test_a_broken_statement_fails_its_own_batch_only(database: Database) -> None:
    async def broken() -> None:
        await database.write(insert("lost"), Write("UPDATE no_such_table SET x = 1"))

    outcomes = await asyncio.gather(broken(), database.write(insert("kept")), return_exceptions=True)
    assert isinstance(outcomes[0], Exception)
    assert not isinstance(outcomes[0], DatabaseUnavailable)
    assert list(await names(database)) == ["kept"]


async def test_a_violation_names_the_index(database: Database) -> None:
    project = "INSERT INTO projects VALUES ('org', $1, 'Name', 'name', 'handle', NULL, 'usr', 1, 1)"
    await database.write(Write(project, ("one",)))
    with pytest.raises(UniqueViolation) as violation:
        await database.write(Write(project, ("two",)))
    assert violation.value.constraint == "projects_handle"
    key = (
        "INSERT INTO api_keys "
        "(org_id, id, name, key_prefix, key_hash, scope, created_by, created_at, updated_at) "
        "VALUES ('org', $1, 'same', 'mbx_', $1, 'org', 'usr', 1, 1)"
    )
    await database.write(Write(key, ("one",)))
    with pytest.raises(UniqueViolation) as violation:
        await database.write(Write(key, ("two",)))
    assert violation.value.constraint == "api_keys_name"


async def test_rows_come_back_from_returning(database: Database) -> None:
    results = await database.write(insert("a", "x"), Write(RENAME + " RETURNING id, name", ("a", "y")))
    assert results[0] == []
    assert [(row["id"], row["name"]) for row in results[1]] == [("a", "y")]


async def test_one_says_what_was_not_found(database: Database) -> None:
    assert await database.first("SELECT 1 FROM orgs WHERE id = $1", "nobody") is None
    with pytest.raises(NotFound, match="org not found"):
        await database.one("org", "SELECT 1 FROM orgs WHERE id = $1", "nobody")


async def test_lists_casts_and_repeated_parameters(database: Database) -> None:
    await database.write(*(insert(letter) for letter in "abc"))
    rows = await database.all("SELECT id FROM orgs WHERE id @in($1) ORDER BY id", ["a", "c", "x"])
    assert [row["id"] for row in rows] == ["a", "c"]
    assert await database.all("SELECT id FROM orgs WHERE id @in($1)", []) == []
    row = await database.one(
        "org", "SELECT $2::text AS second, $1::bigint AS first, $2::text AS again", 7, "x"
    )
    assert (row["first"], row["second"], row["again"]) == (7, "x", "x")


async def test_text_is_kept_as_it_is(database: Database) -> None:
    strange = "ä € 😀 \\ ' \" $1 @in(x) \u0001"
    await database.write(insert("a", strange))
    assert await names(database) == {"a": strange}


async def test_two_claimants_take_different_rows(database: Database) -> None:
    await database.write(*(insert(f"org{n}") for n in range(10)))
    claim = Write(
        "UPDATE orgs SET name = 'taken' WHERE id IN "
        "(SELECT id FROM orgs WHERE name = 'name' ORDER BY id LIMIT 3 @skip_locked) RETURNING id"
    )
    taken = await asyncio.gather(*(database.write(claim) for _ in range(4)))
    ids = [row["id"] for [rows] in taken for row in rows]
    assert sorted(ids) == sorted(set(ids))
    assert len(ids) >= 9


async def test_hints_come_after_the_commit(database: Database) -> None:
    heard: list[str] = []
    forget = database.wakeups.on("orgs", heard.append)
    await database.write(insert("a"), wake=["orgs:a", "other:a"])
    assert [key for key in heard if key] == ["a"]
    with pytest.raises(UniqueViolation):
        await database.write(insert("a"), wake=["orgs:b"])
    forget()
    await database.write(insert("c"), wake=["orgs:c"])
    assert [key for key in heard if key] == ["a"]


async def test_close_writes_what_waits(database: Database, open_another: OpenAnother) -> None:
    waiting = [asyncio.ensure_future(database.write(insert(f"org{n}"))) for n in range(50)]
    await asyncio.sleep(0)
    await asyncio.gather(*waiting)
    await database.close()
    with pytest.raises(DatabaseUnavailable):
        await database.write(insert("late"))
    again = await open_another()
    assert len(await names(again)) == 50


async def test_parameters_may_follow_from_earlier_results_where_a_batch_has_no_round_trips(
    database: Database,
) -> None:
    def from_first(results: list[list[Any]]) -> tuple[Any, ...] | None:
        return (f"after-{results[0][0]['id']}", "x", 1) if results[0] else None

    if database.dialect == "postgres":
        with pytest.raises(TypeError):
            await database.write(Write(INSERT, from_first), insert("a"))
        return
    await database.write(Write(INSERT + " RETURNING id", ("a", "x", 1)), Write(INSERT, from_first))
    await database.write(Write(RENAME + " RETURNING id", ("nobody", "x")), Write(INSERT, from_first))
    assert list(await names(database)) == ["a", "after-a"]


async def test_servers_take_the_time_from_a_database_that_they_share(database: Database) -> None:
    ahead = VirtualClock(datetime.now(UTC) + timedelta(hours=1))
    offset = await database.clock_offset(ahead)
    expected = timedelta(hours=-1) if database.dialect == "postgres" else timedelta()
    assert abs(offset - expected) < timedelta(seconds=5)


async def test_a_write_goes_along_with_the_next_batch_that_succeeds(database: Database) -> None:
    with along_with_next_write(insert("along")):
        with pytest.raises(GuardMissed):
            await database.write(Write(RENAME, ("nobody", "x"), rows=1))
        assert await names(database) == {}
        assert len(await database.write(insert("a"))) == 1
        assert list(await names(database)) == ["a", "along"]
        await database.write(insert("b"))
    assert list(await names(database)) == ["a", "along", "b"]


async def test_what_goes_along_can_forbid_the_batch(database: Database) -> None:
    with along_with_next_write(Write(RENAME, ("nobody", "x"), rows=1)), pytest.raises(GuardMissed):
        await database.write(insert("a"))
    with along_with_next_write(insert("unused")):
        pass
    await database.write(insert("b"))
    assert list(await names(database)) == ["b"]
