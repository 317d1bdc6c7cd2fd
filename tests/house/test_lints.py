"""The lints of the house let the tree pass, and catch a violation of each of their rules."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from lint import migrations, purity, size, tenants
from lint.problem import Problem
from lint.statements import UNKNOWN, statements_in
from tests.house.conftest import ROOT, Plant

QUERY = 'async def planted(store, project_id):\n    return await store.all("{sql}", project_id)'


def problems_in(root: Path) -> list[Problem]:
    package = root / "src" / "mobius"
    checks = (tenants.check, purity.check, migrations.check)
    return [*(problem for check in checks for problem in check(package)), *size.check(root)]


def planted_problems(root: Path) -> set[Problem]:
    return set(problems_in(root)) - set(problems_in(ROOT))


def test_the_tree_is_clean() -> None:
    assert problems_in(ROOT) == []


@pytest.mark.parametrize(
    ("module", "text", "check"),
    [
        ("execution/planted_queries.py", QUERY.format(sql="SELECT * FROM runs WHERE id = $1"), "tenants"),
        ("execution/planted_queries.py", QUERY.format(sql="DELETE FROM timers WHERE due_at < $1"), "tenants"),
        (
            "execution/planted_queries.py",
            QUERY.format(sql="UPDATE jobs SET status = 'x' WHERE id = $1"),
            "tenants",
        ),
        (
            "execution/planted_queries.py",
            QUERY.format(sql="INSERT INTO specs (hash, spec) VALUES ($1, $2)"),
            "tenants",
        ),
        (
            "execution/planted_queries.py",
            QUERY.format(sql="SELECT * FROM runs r JOIN jobs j ON j.run_id = r.id WHERE r.project_id = $1"),
            "tenants",
        ),
        (
            "execution/planted_queries.py",
            QUERY.format(sql="SELECT 1 FROM projects WHERE org_id = $1"),
            "ownership",
        ),
        (
            "domains/workflows/planted_queries.py",
            QUERY.format(sql="SELECT 1 FROM runs WHERE project_id = $1"),
            "ownership",
        ),
        (
            "domains/workflows/planted.py",
            QUERY.format(sql="SELECT 1 FROM workflows WHERE org_id = $1"),
            "sql-place",
        ),
        ("server/planted.py", QUERY.format(sql="SELECT 1"), "sql-place"),
        ("engine/retry.py", "import random", "purity"),
        ("engine/retry.py", "from time import monotonic", "purity"),
        ("engine/retry.py", "import datetime\nLOADED = datetime.datetime.now(datetime.UTC)", "purity"),
        ("engine/planted.py", "def planted():\n    return open('x')", "purity"),
        ("client/planted.py", "X = 1\n" * 601, "size"),
    ],
)
def test_lint_catches_a_planted_violation(plant: Plant, module: str, text: str, check: str) -> None:
    root = plant(module, text)

    assert {problem.check for problem in planted_problems(root)} == {check}


def test_a_table_without_an_owner_is_caught(plant: Plant) -> None:
    root = plant("execution/queries.py", "")
    migration = root / "src/mobius/store/migrations/9999_planted.sql"
    migration.write_text("CREATE TABLE planted (\n    project_id text NOT NULL\n);\n", encoding="utf-8")

    assert ["no room owns `planted`" in problem.message for problem in planted_problems(root)] == [True]


def test_two_migrations_with_one_number_are_caught(plant: Plant) -> None:
    root = plant("execution/queries.py", "")
    folder = root / "src/mobius/store/migrations"
    for name in ("9999_planted.sqlite.sql", "9999_planted.postgres.sql", "9999_another.sql"):
        (folder / name).write_text("SELECT 1;\n", encoding="utf-8")

    problems = planted_problems(root)

    assert {problem.check for problem in problems} == {"migrations"}
    assert {problem.message for problem in problems} == {"number 9999 is that of 9999_another already"}


def test_a_readme_that_differs_from_the_owners_is_caught(plant: Plant) -> None:
    root = plant("execution/queries.py", "")
    readme = root / "src/mobius/execution/README.md"
    text = readme.read_text(encoding="utf-8")
    readme.write_text(text.replace("`timers`", "`orgs`"), encoding="utf-8")

    messages = [problem.message for problem in planted_problems(root)]

    assert messages == ["`Owns:` and lint/ownership.py differ in orgs, timers"]


def test_statements_are_found_with_what_is_put_into_them() -> None:
    source = """
COLUMNS = "id, name"
LIST = f"SELECT {COLUMNS} FROM runs" + " WHERE project_id = $1"

class Reader:
    async def read(self, store, column):
        "SELECT is what this docstring starts with, and it is no statement all the same."
        return await store.all(f"SELECT {column} FROM jobs", text="FROM the wrong start")
"""
    found = [(statement.holder, statement.sql) for statement in statements_in(ast.parse(source))]

    assert found == [
        ("LIST", "SELECT id, name FROM runs WHERE project_id = $1"),
        ("Reader.read", f"SELECT {UNKNOWN} FROM jobs"),
    ]
