"""The SQL statements in Python modules, found in their string constants."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import NamedTuple

_STATEMENT = re.compile(r"\s*(SELECT|INSERT INTO|UPDATE|DELETE FROM|WITH)\s")
UNKNOWN = "\N{HORIZONTAL ELLIPSIS}"


class Statement(NamedTuple):
    """A statement, and the function or module constant that holds it."""

    sql: str
    line: int
    holder: str


def statements_in(tree: ast.Module) -> Iterator[Statement]:
    """Yield the statements of a module. What an f-string puts in is resolved where it is a constant."""
    constants = _constants(tree)
    for node in tree.body:
        yield from _statements_below(node, _holder(node, ""), constants)


def _statements_below(node: ast.AST, holder: str, constants: dict[str, str]) -> Iterator[Statement]:
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        return  # a docstring: prose may start with a word of SQL
    if isinstance(node, ast.expr) and (text := _text(node, constants)) is not None:
        if _STATEMENT.match(text):
            yield Statement(text, node.lineno, holder)
        return
    for child in ast.iter_child_nodes(node):
        yield from _statements_below(child, _holder(child, holder), constants)


def _holder(node: ast.AST, outer: str) -> str:
    match node:
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            return f"{outer}.{name}" if outer else name
        case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)) if not outer:
            return name
    return outer


def _constants(tree: ast.Module) -> dict[str, str]:
    """Return the module's text constants by name, in the order of their definition."""
    found: dict[str, str] = {}
    for node in tree.body:
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                text = _text(value, found)
            case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value):
                text = _text(value, found)
            case _:
                continue
        if text is not None:
            found[name] = text
    return found


def _text(node: ast.expr, constants: dict[str, str]) -> str | None:
    """Return the text of an expression that is a text, with a mark for the parts that only run time knows."""
    match node:
        case ast.Constant(value=str(text)):
            return text
        case ast.JoinedStr(values=parts):
            return "".join(_text(part, constants) or UNKNOWN for part in parts)
        case ast.FormattedValue(value=value):
            return (constants.get(value.id) if isinstance(value, ast.Name) else None) or UNKNOWN
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            before, after = _text(left, constants), _text(right, constants)
            if before is None and after is None:
                return None
            return (before or UNKNOWN) + (after or UNKNOWN)
        case _:
            return None
