"""What any JSON must keep to before its meaning is looked at: depth, and values that can be stored."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

from mobius.engine.problems import Place, Problems, kind_of

MAX_DEPTH = 100


class _Node(NamedTuple):
    value: Any
    key: str | int | None
    parent: _Node | None
    depth: int


def is_sound(raw: object, problems: Problems) -> bool:
    """Report values that cannot be stored; return False when the JSON is not even fit to be read on."""
    stack = [_Node(raw, None, None, 0)]
    while stack:
        node = stack.pop()
        value = node.value
        if isinstance(value, str):
            _check_text(node, value, problems)
        elif isinstance(value, dict | list):
            if node.depth >= MAX_DEPTH:
                _place(node, problems).report(f"nested more than {MAX_DEPTH} levels deep")
                return False
            if not _push_children(stack, node, problems):
                return False
        elif isinstance(value, float) and not math.isfinite(value):
            _place(node, problems).report("not a finite number")
            return False
        elif value is not None and not isinstance(value, bool | int | float):
            _place(node, problems).report(f"{kind_of(value)}: {type(value).__name__}")
            return False
    return True


def _push_children(stack: list[_Node], node: _Node, problems: Problems) -> bool:
    value, below = node.value, node.depth + 1
    if isinstance(value, list):
        stack.extend(_Node(value[index], index, node, below) for index in reversed(range(len(value))))
        return True
    for key in reversed(value):
        if not isinstance(key, str):
            _place(node, problems).report("field names must be strings")
            return False
        child = _Node(value[key], key, node, below)
        _check_text(child, key, problems)
        stack.append(child)
    return True


def _check_text(node: _Node, text: str, problems: Problems) -> None:
    if "\0" in text:
        _place(node, problems).report("contains a NUL character")
    elif not text.isascii():
        try:
            text.encode()
        except UnicodeEncodeError:
            _place(node, problems).report("contains half of a surrogate pair, which is no character")


def _place(node: _Node, problems: Problems) -> Place:
    keys: list[str | int] = []
    at: _Node | None = node
    while at is not None and at.key is not None:
        keys.append(at.key)
        at = at.parent
    place = Place(problems)
    for key in reversed(keys):
        place = place.at(key)
    return place
