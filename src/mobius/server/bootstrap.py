"""The first start: an empty database gets an org, its owner, a project and one key with every permission."""

from __future__ import annotations

import os
import secrets
from typing import TYPE_CHECKING

from mobius.clock import to_micros
from mobius.domains.access import rules as access
from mobius.domains.access.credentials import (
    API_KEY,
    KEY_PREFIX,
    Presented,
    find_credentials,
    new_secret,
    secret_hash,
)
from mobius.domains.identity import rules as identity
from mobius.domains.projects.rules import new_project
from mobius.server.settings import InvalidSettings
from mobius.store import UniqueViolation

if TYPE_CHECKING:
    from pathlib import Path

    from mobius.api.settings import Settings
    from mobius.clock import Clock
    from mobius.store import Database

KEY_FILE = "api-key"
_SHORTEST_KEY = 16


async def bootstrap(store: Database, clock: Clock, settings: Settings) -> str | None:
    """Fills an empty database; returns the new key when it was made here and should be shown.

    1. Choose the key: the setting, else what an interrupted first start left in the file, else a new one.
    2. Write the file, so that a key that is in the database is never lost.
    3. Insert everything in one transaction. Of two servers that start at once one fails on the id of the
       first org, which is fixed, and takes back its file unless both share it.
    """
    if await identity.is_set_up(store):
        return None
    path = settings.data_dir / KEY_FILE
    secret, is_new = _chosen_key(settings, path)
    _write_privately(path, secret)
    now = to_micros(clock.now())
    org_id, user_id, owner = identity.first_org(now)
    key = access.first_key(secret, org_id, user_id, now)
    _, project = new_project(org_id, "Default", "default", user_id, now)
    try:
        await store.write(*owner, key, project, wake=["keys:", "projects:"])
    except UniqueViolation:
        if not await find_credentials(store, [Presented(API_KEY, secret_hash(secret))], 0):
            path.unlink(missing_ok=True)
        return None
    return secret if is_new else None


def _chosen_key(settings: Settings, path: Path) -> tuple[str, bool]:
    if settings.api_key:
        if len(settings.api_key) < _SHORTEST_KEY or not settings.api_key.isascii() or " " in settings.api_key:
            raise InvalidSettings(
                f"MOBIUS_API_KEY: needs {_SHORTEST_KEY} or more ASCII characters without spaces"
            )
        return settings.api_key, False
    left = path.read_text().strip() if path.exists() else ""
    return (left, True) if left.startswith(KEY_PREFIX) else (new_secret(), True)


def _write_privately(path: Path, secret: str) -> None:
    """Only the owner may read it, at no time anybody else."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(secret + "\n")
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
