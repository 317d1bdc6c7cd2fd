"""Every import contract catches the import that it forbids."""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.house.conftest import ROOT, Plant

# contract, module, and the import planted into it
PLANTS = [
    ("layers", "store/database.py", "import mobius.api.paging"),
    ("layers", "api/paging.py", "import mobius.execution.queries"),
    ("layers", "execution/claim.py", "import mobius.domains.projects.rules"),
    ("layers", "domains/projects/rules.py", "import mobius.server.app"),
    ("pure-engine", "engine/retry.py", "import mobius.clock"),
    ("light-library", "client/errors.py", "import mobius.api.errors"),
    ("light-library", "worker/planted.py", "import mobius.engine"),
    ("light-library", "cli/planted.py", "import mobius.server.app"),
    ("server-is-no-client", "server/app.py", "import mobius.client.errors"),
    ("room-privacy", "domains/projects/rules.py", "import mobius.domains.workflows.queries"),
    ("room-privacy", "domains/projects/rules.py", "import mobius.domains.workflows.routes"),
    ("room-privacy", "domains/projects/rules.py", "import mobius.execution.queries"),
    ("no-cycles", "domains/first/rules.py", "import mobius.domains.second.rules"),
]


def lint_imports(root: Path, contract: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache", "--contract", contract],
        cwd=root,
        env=os.environ | {"PYTHONPATH": f"{root / 'src'}:{root}"},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(("contract", "module", "text"), PLANTS)
def test_contract_catches_a_planted_import(plant: Plant, contract: str, module: str, text: str) -> None:
    root = plant(module, text)
    if contract == "no-cycles":
        other = root / "src/mobius/domains/second"
        other.mkdir()
        (other / "__init__.py").touch()
        (other / "rules.py").write_text("import mobius.domains.first.rules\n", encoding="utf-8")

    result = lint_imports(root, contract)

    assert result.returncode == 1, result.stdout + result.stderr
    assert "1 broken" in result.stdout


def test_every_contract_has_a_plant() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    contracts = {contract["id"] for contract in project["tool"]["importlinter"]["contracts"]}

    assert {contract for contract, _, _ in PLANTS} == contracts
