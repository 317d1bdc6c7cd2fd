"""Import contracts of our own, for import-linter."""

from __future__ import annotations

from typing import Any

import grimp
from importlinter import Contract, ContractCheck, output

DOMAINS = "mobius.domains"
PRIVATE = {"queries": (), "routes": ("mobius.server",)}


class RoomPrivacy(Contract):
    """A room's `queries` are imported by the room alone, its `routes` by the room and the server.

    Other rooms call its `rules` and use its `shapes`.
    """

    type_name = "room_privacy"

    def check(self, graph: grimp.ImportGraph, verbose: bool) -> ContractCheck:  # noqa: ARG002 (import-linter's)
        """Look at every import of a private module."""
        illegal = [
            f"{importer} imports {module}"
            for module in sorted(graph.modules)
            if (room := _private_of(module)) is not None
            for importer in sorted(graph.find_modules_that_directly_import(module))
            if not _may_import(importer, room, module)
        ]
        return ContractCheck(kept=not illegal, metadata={"illegal": illegal})

    def render_broken_contract(self, check: ContractCheck) -> None:
        """Print the imports that break the contract."""
        illegal: list[Any] = check.metadata["illegal"]
        for line in illegal:
            output.print_error(line, bold=False)


def _private_of(module: str) -> str | None:
    """Return the room whose private module `module` is (or lies in), or None."""
    if module.startswith("mobius.execution."):
        room = "mobius.execution"
    elif module.startswith(DOMAINS + "."):
        room = ".".join(module.split(".")[:3])
    else:
        return None
    inner = module.removeprefix(room + ".")
    return room if inner != module and _kind(inner) in PRIVATE else None


def _kind(inner: str) -> str:
    first = inner.split(".", maxsplit=1)[0]
    return "queries" if first.endswith("queries") else first


def _may_import(importer: str, room: str, module: str) -> bool:
    allowed = (room, *PRIVATE[_kind(module.removeprefix(room + "."))])
    return any(importer == name or importer.startswith(name + ".") for name in allowed)
