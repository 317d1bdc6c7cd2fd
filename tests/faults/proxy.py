"""A TCP proxy that loses connections and answers on command."""

from __future__ import annotations

import asyncio
import random
import threading
from contextlib import suppress
from types import TracebackType
from typing import Self

from tests.harness.ports import free_port

_CHUNK = 65_536
_CONNECT_SECONDS = 5.0


class TcpProxy:
    """Forwards connections to `target_port` on this machine until `cut`, again after `heal`.

    It works in a thread of its own; its methods may be called from any other one.
    """

    def __init__(self, target_port: int) -> None:
        self.port = free_port()
        self.lost_answers = 0.0
        """The share of answers that end their connection instead of arriving; the requests arrive."""
        self._target_port = target_port
        self._whole = True
        self._open: set[asyncio.StreamWriter] = set()
        self._loop = asyncio.new_event_loop()
        self._server = self._loop.run_until_complete(
            asyncio.start_server(self._serve, "127.0.0.1", self.port, backlog=256)
        )
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End all connections and take no more."""
        asyncio.run_coroutine_threadsafe(self._close(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def cut(self) -> None:
        """End all connections, and every new one at once."""
        self._whole = False
        self._loop.call_soon_threadsafe(self._end_all)

    def heal(self) -> None:
        """Forward new connections again, and all answers."""
        self._whole = True
        self.lost_answers = 0.0

    def _end_all(self) -> None:
        for writer in self._open:
            writer.transport.abort()

    async def _close(self) -> None:
        self._server.close()
        self._whole = False
        self._end_all()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Forward in both directions until one side ends."""
        self._open.add(writer)
        try:
            if self._whole:
                await self._forward_both(reader, writer)
        finally:
            self._open.discard(writer)
            writer.close()

    async def _forward_both(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            async with asyncio.timeout(_CONNECT_SECONDS):
                far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self._target_port)
        except (OSError, TimeoutError):
            return
        self._open.add(far_writer)
        try:
            directions = (
                asyncio.create_task(self._forward(reader, far_writer, answers=False)),
                asyncio.create_task(self._forward(far_reader, writer, answers=True)),
            )
            await asyncio.wait(directions, return_when=asyncio.FIRST_COMPLETED)
            for direction in directions:
                direction.cancel()
            await asyncio.gather(*directions, return_exceptions=True)
        finally:
            self._open.discard(far_writer)
            far_writer.close()

    async def _forward(
        self, source: asyncio.StreamReader, sink: asyncio.StreamWriter, *, answers: bool
    ) -> None:
        with suppress(OSError):
            while data := await source.read(_CHUNK):
                if answers and random.random() < self.lost_answers:
                    return
                sink.write(data)
                await sink.drain()
