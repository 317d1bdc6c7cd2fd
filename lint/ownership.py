"""Which room owns which table. The rooms' READMEs say the same, and a check compares them."""

from __future__ import annotations

OWNERS: dict[str, str] = {
    "orgs": "access",
    "users": "access",
    "org_members": "access",
    "api_keys": "access",
    "projects": "projects",
    "workflows": "workflows",
    "workflow_versions": "workflows",
    "workers": "workers",
    "runs": "execution",
    "run_starts": "execution",
    "run_states": "execution",
    "specs": "execution",
    "jobs": "execution",
    "signals": "execution",
    "timers": "execution",
    "action_log": "execution",
    "events": "execution",
    "event_outbox": "execution",
    "event_counter": "execution",
    "idempotency_keys": "server",
}

_ALL_COLUMNS = "composed from the columns of the table, of which project_id is the first"

# Statements on tenant tables that name no tenant, by module and by the function or constant that holds them.
# Every entry says why that is right; an entry that allows nothing any more is a problem itself.
UNBOUND_ALLOWED: dict[tuple[str, str], str] = {
    ("execution/transition.py", "_insert_one"): _ALL_COLUMNS,
    ("execution/transition.py", "_insert_from_json"): _ALL_COLUMNS,
}


def room_of(path: str) -> str:
    """Return the room of a module, given by its path below `src/mobius`."""
    parts = path.split("/")
    if parts[0] == "domains" and len(parts) > 2:
        return parts[1]
    return parts[0]
