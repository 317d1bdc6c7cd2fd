"""Mobius: a durable workflow server, and the library of its clients and workers.

Everything named here works with the base installation (httpx and msgspec). The names are loaded on first use,
so importing a part of the server does not import the client, nor the other way round.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mobius.client import ApiError, AsyncClient, Client, MobiusError
    from mobius.worker import ActionContext, ActionError, Actions, FatalError, Worker

__all__ = [
    "ActionContext",
    "ActionError",
    "Actions",
    "ApiError",
    "AsyncClient",
    "Client",
    "FatalError",
    "MobiusError",
    "Worker",
]

_HOME = {
    "ActionContext": "mobius.worker",
    "ActionError": "mobius.worker",
    "Actions": "mobius.worker",
    "ApiError": "mobius.client",
    "AsyncClient": "mobius.client",
    "Client": "mobius.client",
    "FatalError": "mobius.worker",
    "MobiusError": "mobius.client",
    "Worker": "mobius.worker",
}


def __getattr__(name: str) -> Any:
    home = _HOME.get(name)
    if home is None:
        raise AttributeError(f"module 'mobius' has no attribute {name!r}")
    value = getattr(importlib.import_module(home), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
