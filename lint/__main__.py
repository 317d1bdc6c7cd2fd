"""Run the checks of the house over a tree: `python -m lint [root]`."""

from __future__ import annotations

import sys
from pathlib import Path

from lint import migrations, purity, size, tenants


def main(root: Path) -> int:
    """Print every problem below `root`; return the exit status."""
    package = root / "src" / "mobius"
    problems = [
        *tenants.check(package),
        *purity.check(package),
        *migrations.check(package),
        *size.check(root),
    ]
    for problem in problems:
        print(problem)
    for long_file in size.long_files(root):
        print(f"note: {long_file}, look whether it holds more than one thing")
    print(f"house: {len(problems)} problem(s)")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1] if len(sys.argv) > 1 else ".")))
