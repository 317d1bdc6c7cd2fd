"""How many files, and so connections, a process may have open."""

from __future__ import annotations

import resource

SPARE_FILES = 200


def allow_files(count: int) -> None:
    """Let this process open so many files beside its own, as far as the system lets it."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = count + SPARE_FILES
    if soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(wanted, hard), hard))
