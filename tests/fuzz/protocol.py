"""The job protocol in random order, with right, stale, absent and forged fences and with odd bodies.

What is held is known beforehand, so every answer is: a fence that holds is accepted, any other refused.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass, field
from typing import Any, ClassVar

import httpx
import msgspec
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule

from tests.fuzz.caller import Caller, WrongAnswer
from tests.fuzz.odd_json import Fields, Mangling, odd_texts, plainly, rarely_mangled
from tests.fuzz.workflows import WORKFLOWS

WORKERS = ("w", "w ", "W\u00e4rker \U0001f4a5", "w" * 40)
QUEUES = ("default", "q/\u00e4 \U0001f4a5", " ")
REFUSED = (400, 404, 409, 413)
SPOILED = b"an odd body that was accepted"


@dataclass
class Claim:
    """A job as a worker got it."""

    job_id: str
    worker: str
    attempt: int
    held: bool = True
    completion: bytes | None = None


@dataclass
class Fence:
    """What a worker says of itself, and whether that is true."""

    job_id: str
    fields: Fields
    claim: Claim
    right: bool = False


_right = st.just(lambda claim: Fence(claim.job_id, _fields(claim), claim, right=True))
_others_worker = st.sampled_from(("", "nobody", "\u00e9", "w\u0000", "x" * 300)).map(
    lambda worker: lambda claim: Fence(claim.job_id, {**_fields(claim), "worker_id": worker}, claim)
)
_other_attempt = st.sampled_from((-1, 1, -(2**62), 2**62, 2**31)).map(
    lambda more: lambda claim: Fence(claim.job_id, {**_fields(claim), "attempt": claim.attempt + more}, claim)
)
_absent = st.sampled_from(("worker_id", "attempt")).map(
    lambda name: (
        lambda claim: Fence(
            claim.job_id, {key: value for key, value in _fields(claim).items() if key != name}, claim
        )
    )
)
_forged = st.one_of(
    st.sampled_from(("job_unknown", "..", "job_\u0000", "job_\U0001f4a5", "a/b", "?x=1", "j" * 200)),
    st.text(min_size=1, max_size=20).filter(lambda text: text not in {".", ".."}),
).map(lambda job_id: lambda claim: Fence(job_id, _fields(claim), claim))
fences = st.one_of(_right, _right, _right, _others_worker, _other_attempt, _absent, _forged)
_some = st.integers(0, 11)
_results = st.one_of(
    odd_texts.map(lambda text: base64.b64encode(text.encode(errors="surrogatepass")).decode()),
    st.binary(max_size=60).map(lambda content: base64.b64encode(content).decode()),
    st.sampled_from(("", "=", "e30", "e30=\n", "\u00e4\u00e4\u00e4\u00e4", "eyJ4Ijox")),
)
_errors = st.sampled_from(("Boom", "timeout", "Timeout", "fatal_error", "", "all", "\U0001f4a5", "e" * 300))
_any_text = st.sampled_from(("", "t-", "t-\u00e9", "x\u0000", "n" * 300, "${1}"))


class _Named(msgspec.Struct):
    worker_id: str


_named = msgspec.json.Decoder(_Named).decode
"""As lenient as the server is about what it does not need."""


def _fields(claim: Claim) -> Fields:
    return {"worker_id": claim.worker, "attempt": claim.attempt}


@dataclass
class _Known:
    claims: list[Claim] = field(default_factory=list)
    runs: list[str] = field(default_factory=list)


class Protocol(RuleBasedStateMachine):
    """Workers and callers of one project."""

    caller: ClassVar[Caller]

    def __init__(self) -> None:
        super().__init__()
        self._project = self.caller.server.new_project()
        self._known = _Known()
        made = self._call("createWorkflow", content=plainly({"name": self._project, "spec": WORKFLOWS[1]}))
        self._workflow: str = self.caller.expect(made, 201).json()["id"]
        for spec in WORKFLOWS:
            self.start(spec, QUEUES[0], "", saved=False, mangle=plainly)
            self.claim(WORKERS[0], narrow=False, mangle=plainly)

    @rule(
        spec=st.sampled_from(WORKFLOWS),
        queue=st.sampled_from(QUEUES),
        text=st.sampled_from(("", "a", "\U0001f4a5")),
        saved=st.booleans(),
        mangle=rarely_mangled,
    )
    def start(self, spec: Any, queue: str, text: str, saved: bool, mangle: Mangling) -> None:
        fields: Fields = {"queue": queue, "metadata": {"m": text}, "external_id": text}
        if saved:
            answer = self._call("startWorkflowRun", content=mangle(fields), id=self._workflow)
        else:
            answer = self._call("startRun", content=mangle({**fields, "spec": spec}))
        self._accepted(answer, mangle, 202)
        if answer.status_code == 202 and answer.json()["id"] not in self._known.runs:
            self._known.runs.append(answer.json()["id"])

    @rule(worker=st.sampled_from(WORKERS), narrow=st.booleans(), mangle=rarely_mangled)
    def claim(self, worker: str, narrow: bool, mangle: Mangling) -> None:
        fields: Fields = {"worker_id": worker, "worker_name": "\U0001f4a5"}
        if narrow:
            fields |= {"queues": list(QUEUES), "actions": ["work", "\u00e4"]}
        content = mangle(fields)
        answer = self._call("claimJob", content=content)
        self._accepted(answer, mangle, 200, 204)
        if answer.status_code == 200:
            self._note_claim(answer.json(), _named(content).worker_id)

    @rule(which=_some, fence=fences, mangle=rarely_mangled)
    def heartbeat(self, which: int, fence: Any, mangle: Mangling) -> None:
        self._as_worker("heartbeatJob", which, fence, mangle, {}, 200)

    @rule(which=_some, fence=fences, mangle=rarely_mangled, kind=_any_text, text=odd_texts)
    def emit(self, which: int, fence: Any, mangle: Mangling, kind: str, text: str) -> None:
        raw = msgspec.Raw(text.encode(errors="surrogatepass"))
        sound = {"type": "progress", "payload": {"p": 1}}
        odd = sound | ({"type": kind} if mangle is not plainly else {})
        odd |= {"payload": {"p": raw}} if mangle is not plainly else {}
        self._as_worker("emitJobEvents", which, fence, mangle, {"events": [sound, odd]}, 204)

    @rule(which=_some, fence=fences, mangle=rarely_mangled, result=_results)
    def complete(self, which: int, fence: Any, mangle: Mangling, result: str) -> None:
        body = {"status": "completed", "result_b64": result}
        self._end("completeJob", which, fence, mangle, body, 400, 413)

    @rule(which=_some, fence=fences, mangle=rarely_mangled, error=_errors, message=_errors)
    def fail(self, which: int, fence: Any, mangle: Mangling, error: str, message: str) -> None:
        body = {"status": "failed", "error_type": error, "error_message": message}
        self._end("completeJob", which, fence, mangle, body)

    @rule(which=_some, fence=fences, mangle=rarely_mangled)
    def release(self, which: int, fence: Any, mangle: Mangling) -> None:
        self._end("releaseJob", which, fence, mangle, {})

    @rule(which=_some)
    def complete_again(self, which: int) -> None:
        """Repeat a completion to the letter, as a client does that got no answer."""
        done = [claim for claim in self._known.claims if claim.completion not in {None, SPOILED}]
        if done:
            claim = done[which % len(done)]
            answer = self._call("completeJob", content=claim.completion, id=claim.job_id)
            self.caller.expect(answer, 204)

    @rule(which=_some, topic=_any_text, mangle=rarely_mangled, text=odd_texts)
    def signal(self, which: int, topic: str, mangle: Mangling, text: str) -> None:
        fields: Fields = {"name": topic or "t-", "payload": {"a": 1}}
        if mangle is not plainly:
            fields["payload"] = {"a": msgspec.Raw(text.encode(errors="surrogatepass"))}
        answer = self._call("sendRunSignal", content=mangle(fields), id=self._run(which))
        self.caller.expect(answer, 202, *REFUSED)

    @rule(which=_some, operation=st.sampled_from(("cancelRun", "resumeRun", "resumeRun", "resumeRun")))
    def cancel_or_resume(self, which: int, operation: str) -> None:
        run_id = self._run(which)
        self.caller.expect(self._call(operation, id=run_id), 204 if run_id in self._known.runs else 404)

    @rule(
        which=_some,
        operation=st.sampled_from(("bulkRetryRuns", "bulkRetryRuns", "bulkCancelRuns")),
        mangle=rarely_mangled,
    )
    def change_several(self, which: int, operation: str, mangle: Mangling) -> None:
        fields: Fields = {"run_ids": [self._run(which), self._run(which + 1), "run_unknown", ""]}
        self._accepted(self._call(operation, content=mangle(fields)), mangle, 200)

    @rule(
        which=_some,
        operation=st.sampled_from(("getRun", "getRunJobs", "getRunActionLog")),
        query=st.sampled_from(
            ("", "", "?limit=1", "?cursor=%00", "?limit=-1", "?limit=1e2", "?x=%F0%9F%92%A5")
        ),
    )
    def read(self, which: int, operation: str, query: str) -> None:
        run_id = self._run(which)
        known = run_id in self._known.runs
        answer = self._call(operation, query=query, id=run_id)
        self.caller.expect(answer, *((200, 400) if known and query else (200,) if known else (400, 404)))

    def teardown(self) -> None:
        """End everything: each run is over when its last claimed job is."""
        for run_id in self._known.runs:
            self.caller.expect(self._call("cancelRun", id=run_id), 204)
        for claim in self._known.claims:
            if claim.held:
                content = plainly({**_fields(claim), "status": "completed"})
                self.caller.expect(self._call("completeJob", content=content, id=claim.job_id), 204)
        for run_id in self._known.runs:
            run = self.caller.expect(self._call("getRun", id=run_id), 200).json()
            if run["status"] not in {"completed", "failed"}:
                raise WrongAnswer(f"a cancelled run without claimed jobs goes on: {run}")
        self.caller.expect(self.caller.call("deleteProject", id=self._project), 204)

    def _call(self, name: str, **given: Any) -> httpx.Response:
        return self.caller.call(name, project=self._project, **given)

    def _run(self, which: int) -> str:
        runs = self._known.runs
        return "run_unknown" if which == 11 or not runs else runs[which % len(runs)]

    def _note_claim(self, job: Any, worker: str) -> None:
        held = [claim for claim in self._known.claims if claim.held and claim.job_id == job["job_id"]]
        if held:
            raise WrongAnswer(f"{job} was handed out although {held} holds it")
        self._known.claims.append(Claim(job["job_id"], worker, job["attempt"]))

    def _accepted(self, answer: httpx.Response, mangle: Mangling, *good: int) -> None:
        self.caller.expect(answer, *(good if mangle is plainly else (*good, *REFUSED)))

    def _as_worker(
        self, operation: str, which: int, fence: Any, mangle: Mangling, body: Fields, good: int, *also: int
    ) -> Fence | None:
        """Return the fence of a request that was accepted."""
        claims = self._known.claims[-6:]
        if not claims:
            return None
        said: Fence = fence(claims[which % len(claims)])
        content = mangle(said.fields | body)
        answer = self._call(operation, content=content, id=said.job_id)
        if mangle is not plainly:
            self.caller.expect(answer, good, *REFUSED)
        elif not said.right:
            self.caller.expect(answer, *REFUSED)
        elif said.claim.held:
            self.caller.expect(answer, good, *also)
        elif operation == "completeJob" and said.claim.completion in {content, SPOILED}:
            self.caller.expect(answer, good, *REFUSED)
        else:
            self.caller.expect(answer, *REFUSED)
        return said if answer.status_code == good else None

    def _end(
        self, operation: str, which: int, fence: Any, mangle: Mangling, body: Fields, *also: int
    ) -> None:
        said = self._as_worker(operation, which, fence, mangle, body, 204, *also)
        if said is None:
            return
        of_job = [claim for claim in self._known.claims if claim.job_id == said.job_id]
        held = [claim for claim in of_job if claim.held]
        if held:
            held[0].held = False
            if operation == "completeJob":
                held[0].completion = plainly(said.fields | body) if mangle is plainly else SPOILED
        elif operation != "completeJob" or not any(claim.completion for claim in of_job):
            raise WrongAnswer(f"{operation} was accepted from somebody who does not hold the job: {said}")
