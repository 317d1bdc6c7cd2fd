"""Workers that claim and complete while a server has too much to do, and how quick it lets them be."""

from __future__ import annotations

import base64
import json
import threading
import time
from dataclasses import dataclass, field

import httpx

from tests.harness.server import ServerProcess

QUEUE = "flood"


@dataclass
class Work:
    """What workers did, and whatever they were told that they should not have been."""

    done: dict[str, float] = field(default_factory=dict)
    """When each job was completed."""
    milliseconds: list[tuple[float, float]] = field(default_factory=list)
    """When a claim or completion was answered, and how long that took."""
    refused: int = 0
    wrong: list[str] = field(default_factory=list)

    def per_second(self, begun: float, ended: float) -> float:
        """Return how many jobs were completed per second."""
        return sum(begun <= at < ended for at in self.done.values()) / (ended - begun)

    def slowest(self, begun: float, ended: float) -> float:
        """Return the 99th percentile of claims and completions, in milliseconds."""
        waits = sorted(took for at, took in self.milliseconds if begun <= at < ended)
        return waits[int(0.99 * (len(waits) - 1))] if waits else 0.0


class Workers:
    """Some workers, each in a thread, until they are stopped."""

    def __init__(self, server: ServerProcess, count: int) -> None:
        self.work = Work()
        self._server = server
        self._stop = threading.Event()
        self._threads = [
            threading.Thread(target=self._run, args=(f"worker-{number}",), daemon=True)
            for number in range(count)
        ]
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Let them finish what they have."""
        self._stop.set()
        for thread in self._threads:
            thread.join(timeout=60)

    def _run(self, name: str) -> None:
        with self._server.client(self._server.key) as http:
            while not self._stop.is_set():
                wanted = {"worker_id": name, "queues": [QUEUE], "wait_seconds": 1}
                answer = self._ask(http, "/claim", wanted, 200, 204)
                if answer.status_code == 200:
                    self._complete(http, name, answer)

    def _complete(self, http: httpx.Client, name: str, claimed: httpx.Response) -> None:
        job = claimed.json()
        result = base64.b64encode(json.dumps(job["run_id"]).encode()).decode()
        fence = {"worker_id": name, "attempt": job["attempt"]}
        self._ask(
            http, f"/{job['job_id']}/complete", {**fence, "status": "completed", "result_b64": result}, 204
        )
        if job["job_id"] in self.work.done:
            self.work.wrong.append(f"job {job['job_id']} was handed out twice")
        self.work.done[job["job_id"]] = time.monotonic()

    def _ask(self, http: httpx.Client, path: str, body: object, *good: int) -> httpx.Response:
        """Ask until it is not refused any more."""
        while True:
            begun = time.monotonic()
            answer = http.post(f"/projects/default/jobs{path}", json=body)
            ended = time.monotonic()
            if answer.status_code in good:
                if answer.status_code != 204 or 204 not in good or len(good) == 1:
                    self.work.milliseconds.append((ended, 1000 * (ended - begun)))
                return answer
            if answer.status_code not in {429, 503} or "Retry-After" not in answer.headers:
                self.work.wrong.append(f"{path}: {answer.status_code} {answer.text}")
            self.work.refused += 1
            time.sleep(0.1)
