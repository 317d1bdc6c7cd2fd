"""Who takes part: servers behind proxies, workers in processes of their own, readers of the events."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
import zlib
from contextlib import ExitStack, suppress
from pathlib import Path
from random import Random
from typing import Any

import httpx
import msgspec

from tests.execution.stream_reader import StreamReader
from tests.faults.proxy import TcpProxy
from tests.faults.torture.ground import PostgresGround, SqliteGround
from tests.faults.torture.plan import HEARTBEAT_SECONDS, LEASE_SECONDS, READERS, Plan
from tests.faults.torture.specs import ASKED
from tests.harness.server import ServerError, ServerProcess

ROOT = Path(__file__).parents[3]
PROJECT = "torture"
START_SECONDS = 90.0
_DATA = ',"data":'
_NARROW = [(socket.SOL_SOCKET, socket.SO_RCVBUF, 65_536)]
"""A reader that stops reading is to be felt by its server, not hidden by the buffers of the system."""
SETTINGS = {
    "lease_seconds": str(LEASE_SECONDS),
    "heartbeat_seconds": str(HEARTBEAT_SECONDS),
    # How often a lease is lost is chance here, and must not decide how a run ends.
    "max_lost_leases": "1000000",
    "log_level": "warning",
}


class Server:
    """A server process, and the proxies between it and everybody else."""

    def __init__(self, number: int, plan: Plan, ground: SqliteGround | PostgresGround, key: str) -> None:
        self.to_database = TcpProxy(ground.port) if isinstance(ground, PostgresGround) else None
        url = ground.url
        if url is not None and self.to_database is not None:
            url = url.replace(f":{ground.port}/", f":{self.to_database.port}/")  # type: ignore[union-attr]
        ahead = str(plan.clock_of_server(number))
        self.process = ServerProcess(
            ground.home / f"server-{number}",
            url,
            key=key,
            settings=SETTINGS,
            program=("-m", "tests.faults.torture.server", ahead),
        )
        self.to_clients = TcpProxy(self.process.port)
        self.url = f"http://127.0.0.1:{self.to_clients.port}"
        self.collapses = 0
        """How often the process had ended by itself."""

    def start(self) -> None:
        """Start the process, again and again while its database or its disk does not let it."""
        give_up = time.monotonic() + START_SECONDS
        while True:
            try:
                self.process.start()
            except ServerError:
                if time.monotonic() > give_up:
                    raise
            else:
                return

    def kill(self) -> None:
        """Kill the process."""
        if self.process.ended:
            self.collapses += 1
        self.process.kill()

    def freeze(self) -> None:
        """Let the process stand still."""
        os.kill(self.process.pid, signal.SIGSTOP)

    def thaw(self) -> None:
        """Let it go on."""
        os.kill(self.process.pid, signal.SIGCONT)

    def close(self) -> None:
        """End everything."""
        self.process.kill()
        self.process.http.close()
        for proxy in (self.to_clients, self.to_database):
            if proxy is not None:
                proxy.close()


class Workers:
    """Worker processes in numbered slots; each process has a record of its own."""

    def __init__(self, plan: Plan, servers: list[Server], records: Path, key: str) -> None:
        self._plan = plan
        self._servers = servers
        self._records = records
        self._key = key
        self._chance = Random(f"{plan.seed}/workers")
        self._started = 0
        self._log = (records / "workers.log").open("ab")
        self._slots: list[subprocess.Popen[bytes]] = [self._start() for _ in range(plan.workers)]
        self.deserters: list[int] = []
        """The exit statuses of workers that ended although nobody had told them to."""

    @property
    def wrong_clocks(self) -> int:
        """How many of the processes so far have had a wrong clock."""
        return sum(self._plan.clock_of_worker(number) != 0 for number in range(self._started))

    def _start(self) -> subprocess.Popen[bytes]:
        number, self._started = self._started, self._started + 1
        environment = {
            **os.environ,
            "PYTHONPATH": os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")]),
            "MOBIUS_API_URL": self._chance.choice(self._servers).url,
            "MOBIUS_API_KEY": self._key,
            "MOBIUS_PROJECT": PROJECT,
        }
        record = self._records / f"worker-{number}.jsonl"
        ahead = str(self._plan.clock_of_worker(number))
        return subprocess.Popen(
            [sys.executable, "-m", "tests.faults.torture.worker", record, ahead],
            env=environment,
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=self._log,
            stderr=self._log,
        )

    def kill(self, slot: int) -> None:
        """Kill a worker and start another one in its place."""
        self._note_desertion(slot)
        self._slots[slot].kill()
        self._slots[slot].wait()
        self._slots[slot] = self._start()

    def retire(self, slot: int) -> None:
        """Stop a worker as an operator does, and start another one in its place."""
        self._note_desertion(slot)
        leaving, self._slots[slot] = self._slots[slot], self._start()
        leaving.terminate()
        threading.Thread(target=_wait_or_kill, args=(leaving,)).start()

    def freeze(self, slot: int) -> None:
        """Let a worker stand still."""
        self._slots[slot].send_signal(signal.SIGSTOP)

    def thaw(self, slot: int) -> None:
        """Let it go on, as if nothing had happened."""
        self._slots[slot].send_signal(signal.SIGCONT)

    def close(self) -> None:
        """Kill all."""
        for slot, process in enumerate(self._slots):
            self._note_desertion(slot)
            process.kill()
            process.wait()
        self._slots = []
        self._log.close()

    def _note_desertion(self, slot: int) -> None:
        status = self._slots[slot].poll()
        if status is not None:
            self.deserters.append(status)


def _wait_or_kill(process: subprocess.Popen[bytes]) -> None:
    try:
        process.wait(timeout=30)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


class Reader(StreamReader):
    """A reader that keeps only what it needs to prove what it saw, and that may stop reading for a while."""

    def __init__(self, base_url: str, key: str) -> None:
        self.seen: list[tuple[int, int]] = []
        """Each event that came, as its `seq` and the checksum of its own data."""
        self.statuses: dict[str, str] = {}
        """The latest status of each run that it has heard of."""
        self._reading = threading.Event()
        self._reading.set()
        super().__init__(base_url, key, PROJECT, silence=20.0, socket_options=_NARROW)

    def take(self, seq: int, data: str) -> None:
        """Keep an event."""
        self._reading.wait()
        said = data[data.index(_DATA) + len(_DATA) : -1]
        self.seen.append((seq, zlib.crc32(said.encode())))
        if data.startswith('{"type":"run_updated"'):
            event = msgspec.json.decode(data)
            self.statuses[event["run_id"]] = event["data"]["status"]

    def stall(self) -> None:
        """Read nothing."""
        self._reading.clear()

    def resume(self) -> None:
        """Read on."""
        self._reading.set()


class Cast:
    """Everybody, up and at work from `open` on."""

    def __init__(self, plan: Plan, ground: SqliteGround | PostgresGround, records: Path) -> None:
        self.plan = plan
        self.ground = ground
        self.records = records
        self.key = f"mbx_{'torture' * 9}"
        self.servers: list[Server] = []
        self.readers: list[Reader] = []
        self.workers: Workers
        self._at_end = ExitStack()
        self._unruly: list[str] = []

    def open(self) -> None:
        """Start everybody."""
        for number in range(self.plan.servers):
            server = Server(number, self.plan, self.ground, self.key)
            self._at_end.callback(server.close)
            self.servers.append(server)
            server.start()
        self._make_project()
        self.workers = Workers(self.plan, self.servers, self.records, self.key)
        self._at_end.callback(self.workers.close)
        for number in range(READERS):
            server = self.servers[number % len(self.servers)]
            # The last one stands before its server without a proxy that would read ahead for it.
            url = server.process.base_url if number == READERS - 1 else server.url
            reader = Reader(url, self.key)
            self._at_end.callback(reader.stop)
            self.readers.append(reader)

    def status(self, run_id: str) -> str:
        """Return the status of a run as the events tell it."""
        return self.readers[0].statuses.get(run_id, "queued")

    def stop(self) -> None:
        """Stop everybody; the servers must end in good order, and their streams with them."""
        self.workers.close()
        for server in self.servers:  # their streams end with them, so that no reader is left waiting
            try:
                server.process.stop()
            except ServerError as error:
                self._unruly.append(str(error))
        for reader in self.readers:
            reader.stop()

    def mishaps(self) -> list[str]:
        """Return what went wrong although nobody had done anything to it."""
        said = [*self._unruly]
        said += [f"a worker ended by itself, with status {status}" for status in self.workers.deserters]
        for number, server in enumerate(self.servers):
            if server.collapses:
                said.append(f"server {number} ended by itself {server.collapses} times")
        return said

    def wrong_clocks(self) -> dict[str, int]:
        """Return how many processes had a wrong clock, by what they are."""
        servers = sum(self.plan.clock_of_server(number) != 0 for number in range(self.plan.servers))
        return {"clock of a server wrong": servers, "clock of a worker wrong": self.workers.wrong_clocks}

    def close(self) -> None:
        """End everybody, whatever state things are in."""
        self._at_end.close()

    def keep(self, directory: Path) -> None:
        """Copy the database and the logs of the servers, and write down what the readers saw."""
        self.ground.keep(directory)
        for number, reader in enumerate(self.readers):
            (directory / f"reader-{number}.json").write_bytes(msgspec.json.encode(reader.seen))
        for number, server in enumerate(self.servers):
            with suppress(OSError):
                (directory / f"server-{number}.log").write_text(server.process.log_text(), encoding="utf-8")

    def _make_project(self) -> None:
        owner = self._made("/projects", name=PROJECT, handle=PROJECT)["created_by"]
        self._made(f"/projects/{PROJECT}/groups", name=ASKED, handle=ASKED)
        self._made(f"/projects/{PROJECT}/groups/{ASKED}/members", user_id=owner)

    def _made(self, path: str, **body: Any) -> Any:
        answer = self.servers[0].process.http.post(path, json=body)
        if answer.status_code != httpx.codes.CREATED:
            raise ServerError(f"{path}: {answer.text}")
        return answer.json()
