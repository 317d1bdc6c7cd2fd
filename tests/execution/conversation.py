"""What tests of runs and jobs say to a server: start, claim, complete, wait, read."""

from __future__ import annotations

import base64
import json
import time
from typing import Any

import httpx

from tests.harness.server import ServerProcess


class Conversation:
    """Requests in a project of the test's own."""

    def __init__(self, server: ServerProcess, project: str | None = None) -> None:
        self.server = server
        self.project = project or server.new_project()

    def request(self, method: str, path: str, body: Any = None, **options: Any) -> Any:
        return self.server.http.request(method, f"/projects/{self.project}{path}", json=body, **options)

    def get(self, path: str, expect: int = 200) -> Any:
        answer = self.request("GET", path)
        assert answer.status_code == expect, answer.text
        return answer.json()

    def post(self, path: str, body: Any, expect: int) -> Any:
        answer = self.request("POST", path, body)
        assert answer.status_code == expect, f"POST {path}: {answer.status_code} {answer.text}"
        return answer.json() if answer.content else None

    def start(self, spec: dict[str, Any], **fields: Any) -> Any:
        return self.post("/runs", {"spec": spec, **fields}, 202)

    def run(self, run_id: str) -> Any:
        return self.get(f"/runs/{run_id}")

    def claim(self, worker: str = "w", *, wait: int = 5, **filters: Any) -> Any:
        """Return the claimed job; fail when there is none."""
        job = self.try_claim(worker, wait=wait, **filters)
        assert job is not None, "no job could be claimed"
        return job

    def try_claim(self, worker: str = "w", *, wait: int = 0, **filters: Any) -> Any:
        """Return the claimed job, or None."""
        answer = self.request(
            "POST", "/jobs/claim", {"worker_id": worker, "wait_seconds": wait, **filters}, timeout=wait + 30
        )
        assert answer.status_code in (200, 204), answer.text
        return answer.json() if answer.status_code == 200 else None

    def complete(self, job: Any, result: Any = None, *, worker: str = "w", expect: int = 204) -> Any:
        body = {
            "worker_id": worker,
            "attempt": job["attempt"],
            "status": "completed",
            "result_b64": encoded(result),
        }
        return self.post(f"/jobs/{job['job_id']}/complete", body, expect)

    def fail(
        self,
        job: Any,
        error_type: str = "Boom",
        message: str = "it broke",
        *,
        worker: str = "w",
        expect: int = 204,
    ) -> Any:
        body = {
            "worker_id": worker,
            "attempt": job["attempt"],
            "status": "failed",
            "error_type": error_type,
            "error_message": message,
        }
        return self.post(f"/jobs/{job['job_id']}/complete", body, expect)

    def heartbeat(self, job: Any, *, worker: str = "w", expect: int = 200) -> Any:
        body = {"worker_id": worker, "attempt": job["attempt"]}
        return self.post(f"/jobs/{job['job_id']}/heartbeat", body, expect)

    def signal(self, run_id: str, name: str, payload: Any = None) -> Any:
        return self.post(f"/runs/{run_id}/signals", {"name": name, "payload": payload or {}}, 202)

    def wait_for(self, run_id: str, *statuses: str, seconds: float = 10) -> Any:
        """Return the run as soon as it has one of the statuses."""
        give_up = time.monotonic() + seconds
        while True:
            run = self.run(run_id)
            if run["status"] in statuses:
                return run
            assert time.monotonic() < give_up, f"run is {run['status']}, not {statuses}: {run}"
            time.sleep(0.02)

    def result(self, run: Any) -> Any:
        return json.loads(base64.b64decode(run["result_b64"]))

    def events(self, run_id: str | None = None, *, since: int = 0, until_quiet: float = 0.5) -> list[Any]:
        """Return the events that are recorded, until the stream has been quiet for a while."""
        path = f"/runs/{run_id}/events" if run_id else "/runs/events"
        events: list[Any] = []
        with self.server.http.stream(
            "GET",
            f"/projects/{self.project}{path}?since={since}",
            timeout=httpx.Timeout(10, read=until_quiet),
        ) as answer:
            assert answer.status_code == 200, answer.read()
            try:
                lines = (line for line in answer.iter_lines() if line.startswith("data:"))
                events.extend(json.loads(line[5:]) for line in lines)
            except httpx.ReadTimeout:
                pass
        return events


def encoded(result: Any) -> str:
    return base64.b64encode(json.dumps(result).encode()).decode()
