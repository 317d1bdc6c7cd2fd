"""The command `mobius`."""

from __future__ import annotations

import importlib.util
import sys

NEEDED = ("typer", "rich", "yaml")


def main() -> None:
    """Run the command line; explain what to install when the base installation lacks what it needs."""
    missing = [name for name in NEEDED if importlib.util.find_spec(name) is None]
    if missing:
        sys.stderr.write(
            "mobius: the command line is not installed; "
            'run: pip install "mobius[cli]" (or "mobius[server]" to run a server, too)\n'
        )
        raise SystemExit(2)
    from mobius.cli.app import run_app

    run_app()
