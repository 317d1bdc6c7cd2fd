"""A copy of the source in which to plant violations."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
Plant = Callable[[str, str], Path]


@pytest.fixture
def plant(tmp_path: Path) -> Plant:
    """Copy the tree and append `text` to a module in `src/mobius`; return the root of the copy."""

    def plant_in_copy(module: str, text: str) -> Path:
        ignored = shutil.ignore_patterns("__pycache__")
        shutil.copytree(ROOT / "src", tmp_path / "src", ignore=ignored)
        shutil.copytree(ROOT / "lint", tmp_path / "lint", ignore=ignored)
        shutil.copy(ROOT / "pyproject.toml", tmp_path)
        file = tmp_path / "src" / "mobius" / module
        file.parent.mkdir(parents=True, exist_ok=True)
        for package in [file.parent, *file.parent.parents][: len(Path(module).parts) - 1]:
            (package / "__init__.py").touch()
        before = file.read_text(encoding="utf-8") if file.exists() else ""
        file.write_text(f"{before}\n\n{text}\n", encoding="utf-8")
        return tmp_path

    return plant_in_copy
