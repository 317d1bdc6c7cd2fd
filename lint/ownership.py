"""Which room owns which table. The rooms' READMEs say the same, and a check compares them."""

from __future__ import annotations

OWNERS: dict[str, str] = {
    "orgs": "identity",
    "users": "identity",
    "org_members": "identity",
    "service_accounts": "identity",
    "agents": "agents",
    "agent_sessions": "agents",
    "user_identities": "identity",
    "api_keys": "access",
    "sessions": "access",
    "cli_credentials": "access",
    "device_codes": "access",
    "oidc_sign_ins": "access",
    "projects": "projects",
    "removed_projects": "projects",
    "workflows": "workflows",
    "workflow_versions": "workflows",
    "workers": "workers",
    "channels": "channels",
    "channel_members": "channels",
    "channel_messages": "channels",
    "removed_channels": "channels",
    "groups": "groups",
    "group_members": "groups",
    "interactions": "interactions",
    "interaction_recipients": "interactions",
    "runs": "execution",
    "run_starts": "execution",
    "run_states": "execution",
    "specs": "execution",
    "jobs": "execution",
    "signals": "execution",
    "timers": "execution",
    "large_values": "execution",
    "action_log": "execution",
    "events": "execution",
    "event_outbox": "execution",
    "event_counter": "execution",
    "run_counts": "execution",
    "run_count_deltas": "execution",
    "counted_runs": "execution",
    "idempotency_keys": "server",
}

# A daemon works for one room and uses the tables of that room.
WORKS_FOR: dict[str, str] = {
    "daemons/counts.py": "execution",
    "daemons/expiry.py": "interactions",
    "daemons/leases.py": "execution",
    "daemons/presence.py": "agents",
    "daemons/recheck.py": "execution",
    "daemons/retention.py": "execution",
    "daemons/sequencer.py": "execution",
    "daemons/timers.py": "execution",
}

_DUE = "takes what is due of all tenants; what it does then is done in the project of each row"
_LOG = "the log is read once for all projects, and each event goes to the streams of its own project"
_FOLDED = "what changed of all tenants is folded together, each row into the counts of its own project"
_HASH = "the hash of the key is what says which tenant calls"
_OF_USER = "a person may be a member of several orgs: this is about the person"

# Statements on tenant tables that name no tenant, by module and by the function or constant that holds them.
# Every entry says why that is right; an entry that allows nothing any more is a problem itself.
UNBOUND_ALLOWED: dict[tuple[str, str], str] = {
    ("daemons/counts.py", "ANY_DELTA"): _FOLDED,
    ("daemons/counts.py", "FOLD_DELTAS"): _FOLDED,
    ("daemons/leases.py", "NEXT_END"): _DUE,
    ("daemons/leases.py", "OVERDUE"): _DUE,
    ("daemons/presence.py", "NEXT_DUE"): _DUE,
    ("daemons/presence.py", "TAKE_DUE"): _DUE,
    ("daemons/retention.py", "FORGET_STARTS"): "forgets what is old of all tenants",
    ("daemons/sequencer.py", "ANY_WAITING"): _LOG,
    ("daemons/sequencer.py", "MOVE_EVENTS"): _LOG,
    ("daemons/timers.py", "ANY_DUE"): _DUE,
    ("daemons/timers.py", "NEXT_DUE"): _DUE,
    ("daemons/timers.py", "TAKE_DUE"): _DUE,
    ("domains/access/queries.py", "live_keys_by_hash"): _HASH,
    ("domains/channels/removal_queries.py", "next_removal"): _DUE,
    ("domains/channels/removal_queries.py", "take_due_removal"): _DUE,
    ("domains/access/cli_queries.py", "live_credentials_by_hash"): _HASH,
    ("domains/access/session_queries.py", "delete_ended_sessions"): "forgets what is old of all tenants",
    ("domains/access/session_queries.py", "delete_other_sessions"): _OF_USER,
    ("domains/access/session_queries.py", "sessions_by_hash"): _HASH,
    ("domains/identity/queries.py", "all_orgs_of_user"): _OF_USER,
    ("domains/identity/queries.py", "forget_identities_of"): _OF_USER,
    ("domains/identity/queries.py", "forget_identities_of_members_of"): _OF_USER,
    ("domains/identity/queries.py", "forget_sign_in_of"): _OF_USER,
    ("domains/identity/queries.py", "forget_sign_in_of_members_of"): _OF_USER,
    ("domains/identity/queries.py", "orgs_of_user"): _OF_USER,
    ("domains/identity/queries.py", "other_org"): _OF_USER,
    ("domains/identity/queries.py", "shared_org"): _OF_USER,
    ("domains/interactions/queries.py", "due"): _DUE,
    ("domains/interactions/queries.py", "next_due"): _DUE,
    (
        "domains/projects/queries.py",
        "org_of_project",
    ): "the id of the project is what says which org it is of",
    ("domains/projects/queries.py", "next_removal"): _DUE,
    ("domains/projects/queries.py", "take_due_removal"): _DUE,
    ("execution/queries.py", "events_after"): _LOG,
    ("execution/queries.py", "last_seq"): _LOG,
    ("server/queries.py", "delete_before"): "forgets what is old of all tenants",
}


def room_of(path: str) -> str:
    """Return the room of a module, given by its path below `src/mobius`."""
    if path in WORKS_FOR:
        return WORKS_FOR[path]
    parts = path.split("/")
    if parts[0] == "domains" and len(parts) > 2:
        return parts[1]
    return parts[0]
