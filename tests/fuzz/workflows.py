"""Workflows in which every kind of step and nearly every field occurs, to run and to spoil."""

from __future__ import annotations

from typing import Any

RETRY = [{"error_equals": ["all"], "max_retries": 1, "base_delay": "10ms", "jitter_strategy": "FULL"}]
ONE: dict[str, Any] = {"name": "one", "steps": [{"name": "only", "action": "work"}]}
FAN_OUT: dict[str, Any] = {
    "name": "fan-out",
    "inputs": [{"name": "list", "type": "array", "default": [1, "two", None, {"k": [3]}]}],
    "state": {"seen": 0},
    "outputs": [{"name": "out", "variable": "many"}],
    "steps": [
        {
            "name": "all",
            "action": "work",
            "each": {"items": "inputs.list", "as": "item"},
            "parameters": {"item": "${item}", "text": "no. ${index} of ${len(inputs.list)}"},
            "retry": RETRY,
            "store": "many",
            "catch": [{"error_equals": ["Boom"], "next": "after", "store": "error"}],
            "next": [{"step": "after", "condition": "len(state.many) > 0 && run.attempt >= 1"}],
        },
        {"name": "after", "action": "other", "parameters": {"all": "${state?.many}", "e": "${state?.error}"}},
    ],
}
FORK_AND_JOIN: dict[str, Any] = {
    "name": "fork and join",
    "state": {"x": {"y": [1, 2]}},
    "start_at": "a",
    "outputs": [{"name": "o", "variable": "l", "branch": "j"}],
    "steps": [
        {
            "name": "a",
            "action": "work",
            "edge_matching_strategy": "all",
            "next": [
                {"step": "l", "branch": "l"},
                {"step": "r", "branch": "r", "condition": "state.x.y[0] == 1"},
                {"step": "j", "branch": "j"},
            ],
        },
        {"name": "l", "action": "work", "store": "x", "retry": RETRY},
        {"name": "r", "action": "other", "store": "x.y", "next": [{"step": "nap"}]},
        {"name": "nap", "sleep": {"duration": "20ms"}},
        {
            "name": "j",
            "join": {"branches": ["l", "r"], "branch_mappings": {"l.x": "l", "r": "deep.r"}},
            "next": [{"step": "end"}],
        },
        {"name": "end", "action": "work"},
    ],
}
WAITS: dict[str, Any] = {
    "name": "waits",
    "steps": [
        {
            "name": "w1",
            "wait_signal": {"topic": "t-${run.metadata?.m}", "timeout": "1h", "store": "s1"},
            "next": [{"step": "p"}],
        },
        {"name": "p", "pause": {}, "next": [{"step": "a"}]},
        {"name": "a", "action": "work", "parameters": {"s": "${state.s1}"}, "next": [{"step": "w2"}]},
        {
            "name": "w2",
            "wait_signal": {"topic": "t-", "timeout": "50ms", "on_timeout": "i", "store": "s2"},
            "next": [{"step": "a"}],
        },
        {
            "name": "i",
            "interaction": {
                "type": "review",
                "message": "ok? ${state?.s1}",
                "timeout": "50ms",
                "target": {"type": "user", "id": "${run.id}"},
                "spec": {"mode": "select", "options": [{"value": "a", "label": "A"}]},
                "context": {"x": "${state?.s2}"},
            },
            "catch": [{"error_equals": ["timeout"], "next": "a2", "store": "late"}],
        },
        {"name": "a2", "action": "other", "parameters": {"late": "${state?.late}"}},
    ],
}
WORKFLOWS = (ONE, FAN_OUT, FORK_AND_JOIN, WAITS)
