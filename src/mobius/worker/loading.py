"""Finding the actions that a command line names."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path

from mobius.client import ConfigurationError
from mobius.worker.actions import Actions
from mobius.worker.worker import Worker


def load_actions(target: str) -> Actions:
    """The actions behind `module:name`; the name defaults to `actions`, and the current directory counts.

    What stands there may be an `Actions` collection, a `Worker`, or a plain function, which becomes an action
    under its own name.
    """
    module_name, _, attribute = target.partition(":")
    here = str(Path.cwd())
    if here not in sys.path:
        sys.path.insert(0, here)
    try:
        module = importlib.import_module(module_name)
    except ModuleNotFoundError as error:
        if error.name is None or not f"{module_name}.".startswith(f"{error.name}."):
            raise  # the module is there, but something that it imports is not
        raise ConfigurationError(f"there is no module {module_name!r}, looked from {here}") from error
    found = getattr(module, attribute or "actions", None)
    if isinstance(found, Actions):
        return found
    if isinstance(found, Worker):
        return found.actions
    if callable(found):
        single = Actions()
        single.add(found)
        return single
    raise ConfigurationError(
        f"{module_name!r} has no {attribute or 'actions'!r} that is a collection, a worker or a function"
    )
