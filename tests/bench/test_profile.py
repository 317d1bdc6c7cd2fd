"""Samples of a profile belong to the parts of the server."""

from __future__ import annotations

from bench.profile import shares

_SERVER = (
    "thread (7): MainThread;serve (/x/src/mobius/server/run.py:100);Runner.run (/lib/asyncio/runners.py:118)"
)


def test_the_innermost_frame_of_a_part_decides_and_other_threads_do_not_count() -> None:
    stacks = [
        f"{_SERVER} 1",
        f"{_SERVER};run_asgi (/x/uvicorn/httptools_impl.py:4);decode (/x/src/mobius/api/decoding.py:3) 2",
        f"{_SERVER};claim (/x/src/mobius/execution/claim.py:4);first (/x/src/mobius/store/sqlite.py:9) 3",
        f"{_SERVER};claim (/x/src/mobius/execution/claim.py:4);wait (/lib/asyncio/tasks.py:9) 4",
        "thread (8): sqlite-writer_0;_commit (/x/src/mobius/store/sqlite.py:264) 90",
    ]

    found = shares("\n".join(stacks))

    assert {name: share for name, share in found.items() if share} == {
        "HTTP": 0.1,
        "validation": 0.2,
        "SQL": 0.3,
        "commands": 0.4,
    }
