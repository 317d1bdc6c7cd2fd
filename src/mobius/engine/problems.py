"""What is wrong with a specification or with inputs: collected, so that all of it is told at once."""

from __future__ import annotations

from typing import NamedTuple

MAX_PROBLEMS = 1_000
LONGEST_QUOTE = 100


class Problem(NamedTuple):
    """Something wrong at `path`, like `steps[2].retry[0].base_delay`; `step` is empty outside of steps."""

    path: str
    step: str
    message: str


class Problems:
    """The problems found so far; from `MAX_PROBLEMS` on, more are not collected."""

    def __init__(self) -> None:
        self.found: list[Problem] = []

    def add(self, path: str, step: str, message: str) -> None:
        """Collect a problem."""
        if len(self.found) < MAX_PROBLEMS:
            self.found.append(Problem(path, step, message))


class Place:
    """A value inside the JSON under check: where problems with it are reported."""

    __slots__ = ("path", "problems", "step")

    def __init__(self, problems: Problems, path: str = "", step: str = "") -> None:
        self.problems = problems
        self.path = path
        self.step = step

    def key(self, name: str) -> Place:
        """Return the place of a field."""
        shown = shortened(name)
        return Place(self.problems, f"{self.path}.{shown}" if self.path else shown, self.step)

    def item(self, index: int) -> Place:
        """Return the place of a list item."""
        return Place(self.problems, f"{self.path}[{index}]", self.step)

    def at(self, position: str | int) -> Place:
        """Return the place of a field or of a list item."""
        return self.key(position) if isinstance(position, str) else self.item(position)

    def in_step(self, name: str) -> Place:
        """Return the same place, as part of a step."""
        return Place(self.problems, self.path, shortened(name))

    def report(self, message: str) -> None:
        """Collect a problem with this value."""
        self.problems.add(self.path, self.step, message)


def shortened(text: str) -> str:
    """Return a text of the author in a length that can be repeated, without what is no character."""
    text = text.replace("\0", "\N{REPLACEMENT CHARACTER}")
    text = text.encode("utf-8", "replace").decode()
    return text if len(text) <= LONGEST_QUOTE else text[:LONGEST_QUOTE] + "..."


def kind_of(value: object) -> str:
    """Return the JSON type of a value, as problems call it."""
    if value is None:
        return "null"
    kinds = {bool: "boolean", int: "integer", float: "number", str: "string", list: "array", dict: "object"}
    return kinds.get(type(value), "something that is not JSON")
