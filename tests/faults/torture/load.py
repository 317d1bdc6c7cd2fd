"""Those who start runs and act on them, patiently: whatever is not answered is asked again until it is."""

from __future__ import annotations

import asyncio
import threading
from collections import Counter
from collections.abc import Coroutine
from random import Random
from typing import Any

import httpx

from tests.faults.torture.cast import PROJECT, Cast
from tests.faults.torture.record import Record
from tests.faults.torture.reference import expected
from tests.faults.torture.specs import UNANSWERED
from tests.faults.torture.story import WORKFLOWS, Stories, Story

ACTIVE = 60
"""How many runs may be under way at once."""
SAVED_EVERY = 4
"""Of so many workflows one is saved as a definition; the others travel with each start."""
PATIENCE = 4.0
TRY_AGAIN = (429, 503)


class Load:
    """Tells one story after the other, in a thread of its own, until `stop_starting`; then ends them.

    Its record says what was answered: `started`, `signalled`, `answered`, `retried`, and `odd` for what no
    fault explains.
    """

    def __init__(self, cast: Cast, stories: Stories) -> None:
        self.repeated: Counter[str] = Counter()
        """Requests that were sent again, by reason."""
        self.unfinished = 0
        """Stories of which something is still to be told."""
        self._cast = cast
        self._stories = stories
        self._record = Record(cast.records / "load-0.jsonl")
        self._chance = Random(f"{cast.plan.seed}/load")
        self._saved: dict[int, str] = {}
        self._runs: dict[int, str] = {}
        self._clients: list[httpx.AsyncClient] = []
        self._no_more_starts = threading.Event()
        self._over = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._run()))

    @property
    def begun(self) -> int:
        """How many runs were begun."""
        return len(self._runs)

    @property
    def under_way(self) -> int:
        """How many of them have something to do, as far as is known."""
        return sum(self._cast.status(run) in {"queued", "running"} for run in self._runs.values())

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop_starting(self) -> None:
        """Begin no more stories."""
        self._no_more_starts.set()

    def close(self) -> None:
        """Leave the stories as they are."""
        self._no_more_starts.set()
        self._over.set()
        self._thread.join()
        self._record.close()

    async def _run(self) -> None:
        headers = {"Authorization": f"Bearer {self._cast.key}"}
        self._clients = [
            httpx.AsyncClient(base_url=server.url, headers=headers, timeout=PATIENCE, trust_env=False)
            for server in self._cast.servers
        ]
        telling = {asyncio.create_task(self._save(number)) for number in range(0, WORKFLOWS, SAVED_EVERY)}
        telling.add(asyncio.create_task(self._answer_questions()))
        number = 0
        while not self._no_more_starts.is_set():
            await asyncio.sleep(self._chance.expovariate(self._cast.plan.starts_per_second))
            if self.under_way + self.unfinished // 4 < ACTIVE:
                telling.add(asyncio.create_task(self._tell(self._stories[number])))
                number += 1
        await asyncio.to_thread(self._over.wait)
        for task in telling:
            task.cancel()
        for outcome in await asyncio.gather(*telling, return_exceptions=True):
            if isinstance(outcome, Exception):
                self._record.note("odd", error=repr(outcome))
        await asyncio.gather(*(client.aclose() for client in self._clients))

    async def _save(self, number: int) -> None:
        """Save a workflow as a definition."""
        spec = self._stories.workflow(number).spec
        answer = await self._insist(
            "POST", "/workflows", {"name": spec["name"], "spec": spec}, f"save-{number}"
        )
        if answer.status_code == httpx.codes.CREATED:
            self._saved[number] = answer.json()["id"]
        elif not _was_carried_out(answer):  # one whose id is not known is not used
            self._odd("POST /workflows", answer)

    async def _tell(self, story: Story) -> None:
        self.unfinished += 1
        try:
            run = await self._begin(story)
            self._runs[story.number] = run
            acts: list[Coroutine[Any, Any, None]] = [self._signal(story, run)]
            if story.cancel_after is not None:
                acts.append(self._cancel(story, run))
            await asyncio.gather(*acts)
        finally:
            self.unfinished -= 1
        await asyncio.gather(self._resume(story, run), self._retry(story, run))

    async def _begin(self, story: Story) -> str:
        """Start the run; return its id."""
        body: dict[str, Any] = {"inputs": story.inputs, "metadata": {"story": str(story.number)}}
        saved = self._saved.get(story.workflow_number)
        body |= {"definition_id": saved} if saved else {"spec": story.workflow.spec}
        if not story.keyed:
            body["external_id"] = f"story {story.number}"
        answer = await self._insist("POST", "/runs", body, f"start-{story.number}" if story.keyed else None)
        if answer.status_code == httpx.codes.ACCEPTED:
            run = str(answer.json()["id"])
        elif _was_carried_out(answer):
            run = await self._find(story)
        else:
            self._odd("POST /runs", answer)
            raise RuntimeError(f"story {story.number} could not be started")
        self._record.note("started", story=story.number, run=run)
        return run

    async def _find(self, story: Story) -> str:
        """Return the run of a start whose answer is lost for good."""
        cursor = ""
        while True:
            answer = await self._insist(
                "GET", f"/runs?limit=200&cursor={cursor}" if cursor else "/runs?limit=200"
            )
            page = answer.json()
            for run in page["items"]:
                if run["metadata"].get("story") == str(story.number):
                    return str(run["id"])
            cursor = page["next_cursor"]

    async def _signal(self, story: Story, run: str) -> None:
        """Send the signals, each when the one before has been accepted."""
        for number, (topic, payload, after) in enumerate(story.calls()):
            await asyncio.sleep(after)
            body = {"name": topic, "payload": payload}
            key = f"signal-{story.number}-{number}"
            answer = await self._insist("POST", f"/runs/{run}/signals", body, key)
            if answer.status_code == httpx.codes.ACCEPTED or _was_carried_out(answer):
                self._record.note("signalled", run=run, topic=topic, token=payload["token"])
            else:
                self._odd("POST signals", answer)

    async def _answer_questions(self) -> None:
        """Say yes to everything that is asked, for ever."""
        while True:
            await asyncio.sleep(self._chance.uniform(0, 0.5))
            page = await self._insist("GET", "/interactions?inbox=true&status=pending&limit=200")
            asked = [one["id"] for one in page.json()["items"] if one["message"] != UNANSWERED]
            await asyncio.gather(*(self._answer(id) for id in asked))

    async def _answer(self, id: str) -> None:
        answer = await self._insist("POST", f"/interactions/{id}/respond", {"value": True}, f"answer-{id}")
        if answer.status_code == httpx.codes.OK or _was_carried_out(answer):
            self._record.note("answered", question=id)
        elif _code(answer) != "interaction_closed":  # its run has ended
            self._odd("POST respond", answer)

    async def _cancel(self, story: Story, run: str) -> None:
        assert story.cancel_after is not None
        await asyncio.sleep(story.cancel_after)
        answer = await self._insist("POST", f"/runs/{run}/cancellations")
        if answer.status_code != httpx.codes.NO_CONTENT:
            self._odd("POST cancellations", answer)

    async def _resume(self, story: Story, run: str) -> None:
        """Resume the run whenever it may stand at a pause; more and more rarely, until it ends."""
        if not (story.workflow.pauses and story.workflow.resumed):
            return
        pause = 0.3
        while self._cast.status(run) != "completed":
            await asyncio.sleep(0.5 if self._no_more_starts.is_set() else pause)
            pause *= 1.1
            if self._cast.status(run) == "suspended":
                answer = await self._insist("POST", f"/runs/{run}/resumptions")
                if answer.status_code != httpx.codes.NO_CONTENT:
                    self._odd("POST resumptions", answer)

    async def _retry(self, story: Story, run: str) -> None:
        """Retry the run when it has failed."""
        if not story.retried or (story.settled and expected(story).status != "failed"):
            return
        while self._cast.status(run) != "failed":
            if self._cast.status(run) == "completed":
                return
            await asyncio.sleep(0.2)
        body = {"run_ids": [run]}
        answer = await self._insist("POST", "/runs/retries", body, f"retry-{story.number}")
        if answer.status_code == httpx.codes.OK or _was_carried_out(answer):
            self._record.note("retried", run=run)
        else:
            self._odd("POST retries", answer)

    async def _insist(
        self, method: str, path: str, body: Any = None, key: str | None = None
    ) -> httpx.Response:
        """Return the answer, asked for at any server until one gives it."""
        headers = {"Idempotency-Key": key} if key else {}
        while True:
            http = self._chance.choice(self._clients)
            try:
                answer = await http.request(method, f"/projects/{PROJECT}{path}", json=body, headers=headers)
            except httpx.TransportError:
                self.repeated["no answer"] += 1
            else:
                if answer.status_code not in TRY_AGAIN and not _is_at_work(answer):
                    return answer
                self.repeated[f"answered {answer.status_code}"] += 1
            await asyncio.sleep(self._chance.uniform(0.05, 0.4))

    def _odd(self, request: str, answer: httpx.Response) -> None:
        self._record.note("odd", request=request, status=answer.status_code, body=answer.text[:500])


def _was_carried_out(answer: httpx.Response) -> bool:
    return _code(answer) == "idempotency_answer_not_kept"


def _is_at_work(answer: httpx.Response) -> bool:
    return _code(answer) == "idempotency_in_progress"


def _code(answer: httpx.Response) -> str:
    if answer.status_code != httpx.codes.CONFLICT:
        return ""
    return str(answer.json()["error"]["code"])
