"""Spoiled specifications and odd expressions: refused with all their problems, or run to an end."""

from __future__ import annotations

import base64
import copy
from collections.abc import Callable, Iterator
from typing import Any

import msgspec
from hypothesis import strategies as st

from tests.engine.expression_sources import SOURCES, TEXTS
from tests.fuzz.caller import Caller, WrongAnswer
from tests.fuzz.odd_json import odd_texts, plainly, sound_values
from tests.fuzz.workflows import WORKFLOWS

MOST_ACTIONS = 12
REFUSED = (400, 413)
Change = Callable[[Any], None]

_place = st.integers(0, 200)
_names = st.sampled_from(
    (
        *(
            "name",
            "steps",
            "step",
            "next",
            "branch",
            "main",
            "condition",
            "action",
            "each",
            "items",
            "as",
            "state",
        ),
        *("store", "catch", "retry", "error_equals", "join", "count", "branches", "branch_mappings", "pause"),
        *(
            "sleep",
            "duration",
            "wait_signal",
            "topic",
            "timeout",
            "on_timeout",
            "inputs",
            "outputs",
            "variable",
        ),
        *(
            "default",
            "type",
            "max_retries",
            "base_delay",
            "max_delay",
            "backoff_rate",
            "start_at",
            "",
            "\U0001f4a5",
        ),
    )
)
_pieces = st.one_of(
    odd_texts.map(lambda text: msgspec.Raw(text.encode(errors="surrogatepass"))),
    sound_values,
    st.sampled_from(
        ("", "0s", "1ms", "-1s", "1h", "9999999h", "a", "l", "r", "j", "all", "main", "x.y", "${")
    ),
    st.sampled_from((0, -1, 1, 2, 2**31, 2**63 - 1, 1.5, True, None)),
    st.one_of(SOURCES, TEXTS).map(lambda source: "${" + source + "}"),
    SOURCES,
)


def _containers(value: Any) -> Iterator[Any]:
    if isinstance(value, dict | list) and value:
        yield value
        for child in value.values() if isinstance(value, dict) else value:
            yield from _containers(child)


def _chosen(spec: Any, place: int) -> tuple[Any, Any]:
    """Return a list or object of the specification and a key of it."""
    found = list(_containers(spec))
    container = found[place % len(found)]
    keys = list(container) if isinstance(container, dict) else list(range(len(container)))
    return container, keys[place // 7 % len(keys)]


def _replace(place: int, piece: Any) -> Change:
    def change(spec: Any) -> None:
        container, key = _chosen(spec, place)
        container[key] = piece

    return change


def _drop(place: int) -> Change:
    def change(spec: Any) -> None:
        container, key = _chosen(spec, place)
        del container[key]

    return change


def _add(place: int, name: str, piece: Any) -> Change:
    def change(spec: Any) -> None:
        container, _ = _chosen(spec, place)
        if isinstance(container, dict):
            container[name] = piece
        else:
            container.append(piece)

    return change


def _copy(source: int, target: int) -> Change:
    """Put a part where another one was."""

    def change(spec: Any) -> None:
        container, key = _chosen(spec, source)
        piece = copy.deepcopy(container[key])
        container, key = _chosen(spec, target)
        container[key] = piece

    return change


_changes = st.one_of(
    st.builds(_replace, _place, _pieces),
    st.builds(_replace, _place, _pieces),
    st.builds(_drop, _place),
    st.builds(_add, _place, _names, _pieces),
    st.builds(_copy, _place, _place),
)


@st.composite
def specifications(draw: st.DrawFn) -> bytes:
    """Return the JSON of a specification with zero to four changes."""
    spec = copy.deepcopy(draw(st.sampled_from(WORKFLOWS)))
    for change in draw(st.lists(_changes, max_size=4)):
        if spec:
            change(spec)
    return msgspec.json.encode(spec)


@st.composite
def computing(draw: st.DrawFn) -> bytes:
    """Return the JSON of a specification that evaluates odd sources wherever there may be any."""
    sources = st.one_of(SOURCES, SOURCES, TEXTS)
    condition, items, parameter, topic = (draw(sources) for _ in range(4))
    spec = {
        "name": "computes",
        "state": {"s": {"a": "x%dy", "l": [1, 2.5, "z", None, [True]]}, "it": 1, "odd": draw(sound_values)},
        "steps": [
            {
                "name": "one",
                "action": "work",
                "parameters": {
                    "p": "${" + parameter + "}",
                    "t": "<${" + parameter + "}>",
                    "o": "${state.odd}",
                },
                "store": "got",
                "next": [{"step": "each", "condition": condition}, {"step": "wait"}],
            },
            {
                "name": "each",
                "action": "work",
                "each": {"items": items},
                "parameters": {"i": "${state.item}"},
                "catch": [{"error_equals": ["all"], "next": "wait", "store": "error"}],
            },
            {"name": "wait", "wait_signal": {"topic": "${" + topic + "}", "timeout": "10ms", "store": "got"}},
        ],
        "outputs": [{"name": "o", "variable": "s"}],
    }
    try:
        return plainly(spec)
    except (UnicodeEncodeError, OverflowError):
        return b"{}"


results = st.lists(
    st.one_of(
        sound_values.map(lambda value: base64.b64encode(msgspec.json.encode(value)).decode()),
        st.sampled_from(("Boom", "timeout", "fatal_error")),
    ),
    max_size=4,
)
inputs = st.one_of(st.just(b"{}"), odd_texts.map(lambda text: text.encode(errors="surrogatepass")))


class Trial:
    """One specification in a project: saved, started, worked on, cancelled, and read."""

    def __init__(self, caller: Caller, project: str) -> None:
        self._caller, self._project = caller, project

    def run(self, spec: bytes, given: bytes, answers: list[str]) -> None:
        """Try a specification; raise WrongAnswer when the server fails or a run does not end."""
        saved = self._post("createWorkflow", b'{"name": "w", "spec": %s}' % spec, 201, 409, *REFUSED)
        started = self._post("startRun", b'{"spec": %s, "inputs": %s}' % (spec, given), 202, *REFUSED)
        if started.status_code == 202 and saved.status_code == 400:
            raise WrongAnswer(f"was refused when saved and accepted when started: {spec!r}")
        if saved.status_code == 201:
            self._caller.expect(self._call("getWorkflow", id=saved.json()["id"]), 200)
            self._caller.expect(self._call("deleteWorkflow", id=saved.json()["id"]), 204)
        if started.status_code == 202:
            self._work(started.json()["id"], answers)

    def _work(self, run_id: str, answers: list[str]) -> None:
        for number in range(MOST_ACTIONS):
            claimed = self._post("claimJob", b'{"worker_id": "w"}', 200, 204)
            if claimed.status_code == 204:
                break
            self._end(claimed.json(), answers[number % len(answers)] if answers else "")
        self._post("sendRunSignal", b'{"name": "t-", "payload": {"a": 1}}', 202, id=run_id)
        self._caller.expect(self._call("resumeRun", id=run_id), 204)
        self._caller.expect(self._call("cancelRun", id=run_id), 204)
        run = self._caller.expect(self._call("getRun", id=run_id), 200).json()
        if run["status"] not in {"completed", "failed"}:
            raise WrongAnswer(f"a cancelled run without claimed jobs goes on: {run}")
        self._caller.expect(self._call("getRunActionLog", id=run_id), 200)

    def _end(self, job: Any, answer: str) -> None:
        fence = {"worker_id": "w", "attempt": job["attempt"]}
        if answer in {"Boom", "timeout", "fatal_error"}:
            body = fence | {"status": "failed", "error_type": answer}
        else:
            body = fence | {"status": "completed", "result_b64": answer}
        self._post("completeJob", plainly(body), 204, id=job["job_id"])

    def _post(self, name: str, content: bytes, *statuses: int, **path: str) -> Any:
        return self._caller.expect(self._call(name, content=content, **path), *statuses)

    def _call(self, name: str, **given: Any) -> Any:
        return self._caller.call(name, project=self._project, **given)
