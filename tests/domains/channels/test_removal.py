"""A deleted channel is gone at once, and what was said in it soon, whatever happens meanwhile."""

from __future__ import annotations

import pytest

from mobius.store import SOME
from tests.domains.behind import execute
from tests.domains.channels.remains import until_only_its_deletion_is_told
from tests.domains.channels.talk import Talk
from tests.domains.conversation import answered
from tests.harness.server import ServerProcess

pytestmark = pytest.mark.anyio

SAY_MUCH = f"""
WITH RECURSIVE n (n) AS (SELECT 2 UNION ALL SELECT n + 1 FROM n WHERE n < {2 * SOME + 500})
INSERT INTO channel_messages (project_id, channel_id, number, id, sender_type, sender_id, display, type,
    content, metadata, pinned, created_at)
SELECT project_id, channel_id, n.n, 'msg_' || n.n, sender_type, sender_id, display, type, content, metadata,
    0, created_at
FROM n CROSS JOIN channel_messages WHERE id = """
TELL_MUCH = f"""
WITH RECURSIVE n (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < {2 * SOME + 500})
INSERT INTO EVENTS (project_id, run_id, type, data, created_at)
SELECT project_id, channel_id, 'channel.message.created', '{{}}', created_at
FROM n CROSS JOIN channel_messages WHERE id = """


async def test_more_than_one_transaction_removes_goes_although_the_server_is_killed(
    own_server: ServerProcess,
) -> None:
    owner = Talk.of_owner(own_server)
    channel, other = owner.create(), owner.create()
    said, kept = owner.post(channel), owner.post(other)
    events = "events" if own_server.database_url is None else "event_outbox"
    for sql in (TELL_MUCH.replace("EVENTS", events), SAY_MUCH):
        execute(own_server, f"{sql}'{said['id']}'")

    answered(owner.call("DELETE", f"/{channel['id']}"), 204)
    answered(owner.call("GET", f"/{channel['id']}/messages"), 404)
    own_server.kill()
    own_server.start()

    await until_only_its_deletion_is_told(own_server, channel["id"])
    assert owner.by(own_server.http).messages(other) == [kept]
