"""A body that each operation would accept, were it about something of the caller's own."""

from __future__ import annotations

from typing import Any

from tests.domains.conversation import one_step, unique
from tests.matrix.tenants import WORKER, Tenant


def body_of(operation_id: str, victim: Tenant) -> dict[str, Any] | None:
    """Return what to send; None for an operation without a body."""
    return _bodies(victim).get(operation_id)


def _bodies(victim: Tenant) -> dict[str, dict[str, Any]]:
    fence = {"worker_id": WORKER, "attempt": 1}
    asked = {"type": "member", "id": victim.held["members"]}
    question = {"target_actor": asked, "type": "approval", "message": "May I?"}
    return {
        "createProject": {"name": "another"},
        "updateProject": {"name": "renamed"},
        "createAPIKey": {"name": "another"},
        "createProjectAPIKey": {"name": "another"},
        "createWorkflow": {"name": "another", "spec": one_step()},
        "updateWorkflow": {"description": "changed"},
        "startWorkflowRun": {},
        "startRun": {"definition_id": victim.held["workflows"]},
        "bulkCancelRuns": {"run_ids": [victim.held["runs"]]},
        "bulkRetryRuns": {"run_ids": [victim.held["runs"]]},
        "sendRunSignal": {"name": "go", "payload": {}},
        "claimJob": {"worker_id": WORKER},
        "heartbeatJob": fence,
        "releaseJob": fence,
        "completeJob": {**fence, "status": "completed"},
        "createInteraction": {**question, "run_id": victim.held["runs"], "topic": "go"},
        "createJobInteraction": question,
        "respondToInteraction": {"value": True},
        "createGroup": {"name": "another"},
        "updateGroup": {"name": "renamed"},
        "addGroupMember": {"user_id": victim.held["members"]},
        "createOrg": {"name": "another", "handle": "another"},
        "updateOrg": {"name": "renamed"},
        "addOrgMember": {"user_id": victim.held["members"], "role": "member"},
        "updateOrgMemberRole": {"role": "admin"},
        "createUser": {"name": "another"},
        "updateUser": {"name": "renamed"},
        "setUserPassword": {"password": "a long password"},
        "changePassword": {"current_password": "a long password", "new_password": "a longer password"},
        "confirmDeviceCode": {"user_code": "BBBB-BBBB"},
        "createAgent": {"name": "another", "service_account_id": victim.held["service-accounts"]},
        "updateAgent": {"display_name": "renamed"},
        "createAgentSession": {"transport": "polling"},
        "createServiceAccount": {"name": "another"},
        "updateServiceAccount": {"display_name": "renamed"},
        "emitJobEvents": {**fence, "events": [{"type": "told", "payload": {}}]},
        "createChannel": {"name": unique("channel"), "display_name": "another", "kind": "channel"},
        "updateChannel": {"topic": "changed"},
        "addChannelMember": {"user_id": victim.held["members"], "role": "admin"},
        "updateChannelMembership": {"last_read_message_id": victim.held["messages"]},
        "sendChannelMessage": {"content": "hello", "reply_to": victim.held["messages"]},
        "updateChannelMessage": {"content": "changed", "pinned": True},
    }
