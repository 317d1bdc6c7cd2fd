"""What the demo's agent can do. A real one would ask a model where this one fills in a form."""

from __future__ import annotations

import asyncio

from mobius.client import AsyncClient
from mobius.worker import ActionContext, Actions

actions = Actions()


@actions.action("draft-reply")
async def draft_reply(question: str) -> str:
    """Write a first version of the answer."""
    await asyncio.sleep(0.5)
    return f"Thank you for asking {question!r}. Your parcel is on its way and arrives tomorrow."


@actions.action("post")
async def post(channel: str, text: str, context: ActionContext) -> str:
    """Post to a channel in the name of the agent; gives the message's id."""
    async with AsyncClient() as client:
        message = await client.send_channel_message(
            channel,
            text,
            type="ai.response",
            sender_agent_id=context.agent_id,
            sender_session_id=context.agent_session_id,
        )
    return message.id
