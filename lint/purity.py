"""The engine is pure: it reads no clock, draws no random number and touches nothing outside its arguments."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from lint.problem import Problem

FORBIDDEN_MODULES = frozenset(
    {
        "asyncio",
        "http",
        "httpx",
        "io",
        "logging",
        "os",
        "random",
        "secrets",
        "socket",
        "sqlite3",
        "subprocess",
        "sys",
        "threading",
        "time",
        "urllib",
        "uuid",
    }
)
FORBIDDEN_CALLS = frozenset({"breakpoint", "compile", "eval", "exec", "input", "open", "print", "__import__"})
FORBIDDEN_METHODS = frozenset({"now", "utcnow", "today"})
_CLOCKS = frozenset({"datetime", "date"})


def check(package: Path) -> Iterator[Problem]:
    """Check the modules of `engine` in the package at `package`."""
    for file in sorted((package / "engine").rglob("*.py")):
        path = file.relative_to(package).as_posix()
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            for what in _impure(node):
                yield Problem(path, getattr(node, "lineno", 1), "purity", f"the engine may not use {what}")


def _impure(node: ast.AST) -> Iterator[str]:
    match node:
        case ast.Import(names=names):
            yield from (name.name for name in names if name.name.split(".")[0] in FORBIDDEN_MODULES)
        case ast.ImportFrom(module=str(module)) if module.split(".")[0] in FORBIDDEN_MODULES:
            yield module
        case ast.Call(func=ast.Name(id=name)) if name in FORBIDDEN_CALLS:
            yield f"{name}()"
        case ast.Attribute(value=ast.Name(id=owner) | ast.Attribute(attr=owner), attr=attribute) if (
            owner in _CLOCKS and attribute in FORBIDDEN_METHODS
        ):
            yield f"{owner}.{attribute}"
