"""`mobius demo`"""

from __future__ import annotations


def demo() -> None:
    """Show the main things at work on this machine."""
