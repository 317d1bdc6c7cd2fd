"""From method and path to an operation, in a few dictionary look-ups however many operations there are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, TypeVar
from urllib.parse import unquote

from mobius.api.errors import ApiError, Invalid

if TYPE_CHECKING:
    from collections.abc import Iterator

T = TypeVar("T")


class UnknownPath(ApiError):
    """No operation has this path."""

    def __init__(self) -> None:
        super().__init__(404, "not_found", "no such path; see /openapi.json for those there are")


class MethodNotAllowed(ApiError):
    """The path exists with other methods."""

    def __init__(self, method: str, allowed: list[str]) -> None:
        allow = ", ".join(allowed)
        super().__init__(
            405, "method_not_allowed", f"{method} is not possible here; use {allow}", headers={"Allow": allow}
        )


class _Node(Generic[T]):
    __slots__ = ("fixed", "targets", "variable")

    def __init__(self) -> None:
        self.fixed: dict[str, _Node[T]] = {}
        self.variable: _Node[T] | None = None
        self.targets: dict[str, T] = {}


class Router(Generic[T]):
    """A trie over path segments. A fixed segment wins over a variable one when both lead to the method."""

    def __init__(self) -> None:
        self._root: _Node[T] = _Node()

    def add(self, method: str, path: str, target: T) -> None:
        """Adds a path such as `/projects/{project}/runs`; a path may be declared only once per method."""
        node = self._root
        for segment in path.strip("/").split("/"):
            if segment.startswith("{"):
                node.variable = node.variable or _Node()
                node = node.variable
            else:
                node = node.fixed.setdefault(segment, _Node())
        if method in node.targets:
            raise ValueError(f"{method} {path} is declared twice")
        node.targets[method] = target

    def find(self, method: str, segments: list[str]) -> tuple[T, list[str]]:
        """The target and the values of the variable segments, in their order."""
        node = self._root
        found: list[str] = []
        for segment in segments:  # the usual way: no segment is both fixed and variable
            if (following := node.fixed.get(segment)) is None and segment:
                following = node.variable
                found.append(segment)
            if following is None:
                return self._search(method, segments)
            node = following
        if method in node.targets:
            return node.targets[method], found
        return self._search(method, segments)

    def _search(self, method: str, segments: list[str]) -> tuple[T, list[str]]:
        allowed: set[str] = set()
        for targets, values in self._leaves(self._root, segments, 0):
            if method in targets:
                return targets[method], values
            allowed.update(targets)
        if allowed:
            raise MethodNotAllowed(method, sorted(allowed))
        raise UnknownPath

    def _leaves(
        self, node: _Node[T], segments: list[str], at: int
    ) -> Iterator[tuple[dict[str, T], list[str]]]:
        if at == len(segments):
            if node.targets:
                yield node.targets, []
            return
        segment = segments[at]
        if (following := node.fixed.get(segment)) is not None:
            yield from self._leaves(following, segments, at + 1)
        if node.variable is not None and segment:
            for targets, values in self._leaves(node.variable, segments, at + 1):
                yield targets, [segment, *values]


def segments_of(raw_path: bytes) -> list[str]:
    """The decoded segments of a path; an encoded slash stays inside its segment."""
    try:
        if b"%" not in raw_path:
            return raw_path.decode("ascii")[1:].split("/")
        return [unquote(part, errors="strict") for part in raw_path.decode("ascii")[1:].split("/")]
    except UnicodeDecodeError:
        raise Invalid("the path is not percent-encoded UTF-8") from None
