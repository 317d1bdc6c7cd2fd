"""The session in which a worker is connected as an agent."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Mapping
from typing import Any

from mobius.client import AsyncClient, Conflict, MobiusError, NotFound

TRANSPORT = "polling"
GOODBYE_SECONDS = 5.0
_log = logging.getLogger("mobius.worker")


class Session:
    """Opened when it is first needed, kept alive by heartbeats, opened anew when it is gone, and closed."""

    def __init__(
        self, client: AsyncClient, agent: str, metadata: Mapping[str, Any], heartbeat_seconds: float
    ) -> None:
        self.agent = agent
        self._client = client
        self._metadata = metadata
        self._heartbeat_seconds = heartbeat_seconds
        self._id: str | None = None
        self._opening = asyncio.Lock()
        self._heart: asyncio.Task[None] | None = None

    async def id(self) -> str:
        """The id of an open session; raises what keeps the worker from opening one."""
        async with self._opening:
            if self._id is None:
                session = await self._client.create_agent_session(
                    self.agent, TRANSPORT, metadata=self._metadata
                )
                self._id = session.id
                _log.info("connected as agent %s in session %s", self.agent, session.id)
            if self._heart is None:
                self._heart = asyncio.create_task(self._beat(), name="mobius-agent-session")
            return self._id

    def lost(self, session_id: str) -> None:
        """Forget a session that the server does not count as connected."""
        if self._id == session_id:
            self._id = None

    async def close(self) -> None:
        """Say goodbye, if the server can be reached."""
        if self._heart is not None:
            self._heart.cancel()
            await asyncio.gather(self._heart, return_exceptions=True)
        if self._id is None:
            return
        with contextlib.suppress(MobiusError, TimeoutError):
            async with asyncio.timeout(GOODBYE_SECONDS):
                await self._client.disconnect_agent_session(self._id)
        self._id = None

    async def _beat(self) -> None:
        while True:
            await asyncio.sleep(self._heartbeat_seconds)
            try:
                await self._keep()
            except MobiusError as error:
                _log.warning("agent %s: no sign of life could be given: %s", self.agent, error)

    async def _keep(self) -> None:
        session_id = await self.id()
        try:
            await self._client.heartbeat_agent_session(session_id)
        except (Conflict, NotFound):
            self.lost(session_id)
            await self.id()
