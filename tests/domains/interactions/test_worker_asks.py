"""A worker of the library asks on behalf of its job."""

from __future__ import annotations

import asyncio

import pytest

from mobius.client import AsyncClient
from mobius.worker import ActionContext, Worker
from tests.domains.interactions.asking import Asking
from tests.harness.server import ServerProcess

pytestmark = pytest.mark.anyio

SPEC = {
    "name": "draft",
    "steps": [
        {"name": "draft", "action": "draft", "next": [{"step": "decision"}]},
        {
            "name": "decision",
            "wait_signal": {"topic": "interaction.draft", "timeout": "1h", "store": "decision"},
        },
    ],
}


async def test_the_run_goes_on_with_the_answer_to_what_an_action_asked(server: ServerProcess) -> None:
    asking = Asking(server)
    async with AsyncClient(server.base_url, server.key, asking.project) as client:
        worker = Worker(client)

        @worker.action("draft")
        def draft(context: ActionContext) -> str:
            return context.ask(
                "Send it?", member=asking.owner, context={"draft": "Dear Ada"}, timeout="1h"
            ).id

        serving = asyncio.create_task(worker.serve())
        try:
            run = await client.start_run(spec=SPEC)
            page = await client.list_interactions(inbox=True)
            while not page.rows:
                page = await client.list_interactions(inbox=True)
            [asked] = page.rows
            assert (asked.message, asked.context) == ("Send it?", {"draft": "Dear Ada"})
            await client.respond_to_interaction(asked.id, True, comment="now")
            ended = await client.wait_for_run(run.id, timeout=20)
        finally:
            worker.stop()
            await asyncio.wait_for(serving, 15)
    assert ended.result["decision"]["approved"] is True
    assert ended.result["decision"]["interaction_id"] == asked.id
