"""Whether one OpenAPI document includes the structure of another: more is fine, less or different is not."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

Document = dict[str, Any]

# Where the order says nothing.
_SETS = {"enum", "required", "tags", "allOf", "oneOf"}


def operations_of(contract: Document, tags: set[str]) -> Iterator[tuple[str, str, Any]]:
    """The operations that have one of the tags: path, method, operation."""
    for path, methods in contract["paths"].items():
        for method, operation in methods.items():
            if tags & set(operation["tags"]):
                yield path, method, operation


def referred(contract: Document, node: Any, found: set[str] | None = None) -> set[str]:
    """The references of a part of the contract, and theirs."""
    found = set() if found is None else found
    if isinstance(node, dict):
        reference = node.get("$ref")
        if isinstance(reference, str) and reference not in found:
            found.add(reference)
            referred(contract, resolve(contract, reference), found)
        for value in node.values():
            referred(contract, value, found)
    elif isinstance(node, list):
        for value in node:
            referred(contract, value, found)
    return found


def resolve(document: Document, reference: str) -> Any:
    """What a reference stands for, or None."""
    node: Any = document
    for step in reference.removeprefix("#/").split("/"):
        node = node.get(step) if isinstance(node, dict) else None
    return node


def missing(promised: Any, served: Any, at: str) -> Iterator[str]:
    """What is promised and not served, a line each."""
    if isinstance(promised, dict):
        if not isinstance(served, dict):
            yield f"{at}: promised {promised}, served {served!r}"
            return
        for key, value in promised.items():
            place = f"{at}.{key}"
            if key not in served:
                yield f"{place}: not served (promised {value})"
            elif key in _SETS and isinstance(value, list) and isinstance(served[key], list):
                yield from _missing_members(value, served[key], place, exact=key in {"enum", "required"})
            elif key == "parameters" and isinstance(value, list):
                yield from _missing_members(value, served[key], place, exact=False)
            else:
                yield from missing(value, served[key], place)
    elif promised != served:
        yield f"{at}: promised {promised!r}, served {served!r}"


def _missing_members(promised: list[Any], served: list[Any], at: str, *, exact: bool) -> Iterator[str]:
    for member in promised:
        if not any(not list(missing(member, candidate, "")) for candidate in served):
            yield f"{at}: {member} is not among {served}"
    if exact and len(served) > len(promised):
        extra = [member for member in served if member not in promised]
        yield f"{at}: {extra} is served but not promised"
