"""`python -m mobius` is the command `mobius`."""

from __future__ import annotations

from mobius.cli import main

if __name__ == "__main__":
    main()
