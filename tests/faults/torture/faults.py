"""Lets things go wrong, one thread for each thing that lasts."""

from __future__ import annotations

import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from threading import Lock

from tests.faults.torture.cast import Cast, Server
from tests.faults.torture.ground import PostgresGround, SqliteGround
from tests.faults.torture.plan import Fault
from tests.harness.server import ServerError

LOST_SHARE = 0.3
AT_ONCE = 32


class Faults:
    """Injects the faults of a plan and counts those that took place."""

    def __init__(self, cast: Cast) -> None:
        self.injected: Counter[str] = Counter()
        self._cast = cast
        self._targets: defaultdict[tuple[str, int], Lock] = defaultdict(Lock)

    def run(self, tell: Callable[[float], None]) -> None:
        """Let all faults of the plan happen; return when the last one is mended.

        `tell` is called before each one, with the seconds that have passed.
        """
        begun = time.monotonic()
        suffering: list[Future[None]] = []
        with ThreadPoolExecutor(AT_ONCE) as threads:
            for fault in self._cast.plan.faults():
                time.sleep(max(0.0, begun + fault.at - time.monotonic()))
                tell(time.monotonic() - begun)
                suffering.append(threads.submit(self._inject, fault))
            time.sleep(max(0.0, begun + self._cast.plan.seconds - time.monotonic()))
        for ended in suffering:
            ended.result()

    def _inject(self, fault: Fault) -> None:
        # A fault that takes longer than planned, such as a restart, delays the next one of the same target.
        with self._targets[fault.kind.role, fault.target], self._suffering(fault):
            self.injected[fault.kind.name] += 1
            time.sleep(fault.seconds)

    @contextmanager
    def _suffering(self, fault: Fault) -> Iterator[None]:
        cast = self._cast
        match fault.kind.role:
            case "server" | "link to the database" | "link to clients":
                with _at_server(fault.kind.name, cast.servers[fault.target]):
                    yield
            case "worker":
                with self._at_worker(fault.kind.name, fault.target):
                    yield
            case "database":
                with self._at_database(fault.kind.name, cast.servers[0]):
                    yield
            case "reader":
                reader = cast.readers[1 + fault.target]
                reader.stall()
                yield
                reader.resume()

    @contextmanager
    def _at_worker(self, name: str, slot: int) -> Iterator[None]:
        workers = self._cast.workers
        match name:
            case "worker killed":
                workers.kill(slot)
                yield
            case "worker stopped":
                workers.retire(slot)
                yield
            case _:
                workers.freeze(slot)
                yield
                workers.thaw(slot)

    @contextmanager
    def _at_database(self, name: str, server: Server) -> Iterator[None]:
        ground = self._cast.ground
        if isinstance(ground, PostgresGround):
            ground.restart("fast" if "fast" in name else "immediate")
            yield
        elif isinstance(ground, SqliteGround):
            # Where only its writes are refused, a server that is down at the moment is spared.
            with suppress(ServerError):
                ground.disk.fill(server.process)
            yield
            with suppress(ServerError):
                ground.disk.free(server.process)


@contextmanager
def _at_server(name: str, server: Server) -> Iterator[None]:
    match name:
        case "server killed":
            server.kill()
            yield
            server.start()
        case "server frozen":
            server.freeze()
            yield
            server.thaw()
        case "clients cut off":
            server.to_clients.cut()
            yield
            server.to_clients.heal()
        case "answers lost":
            server.to_clients.lost_answers = LOST_SHARE
            yield
            server.to_clients.heal()
        case _:
            assert server.to_database is not None
            if name == "database cut off":
                server.to_database.cut()
            else:
                server.to_database.lost_answers = LOST_SHARE
            yield
            server.to_database.heal()
