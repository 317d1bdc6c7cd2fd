"""The disk of the embedded database is full for a while, and so is that of the log."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.execution.conversation import Conversation
from tests.faults.disk import Disk, small_disk
from tests.harness.server import ServerProcess

NAP = {
    "name": "nap",
    "steps": [
        {"name": "nap", "sleep": {"duration": "500ms"}, "next": [{"step": "work"}]},
        {"name": "work", "action": "work"},
    ],
}


@pytest.fixture
def on_a_small_disk(tmp_path: Path) -> Iterator[tuple[ServerProcess, Disk]]:
    """A server whose data and log lie on a disk that can be filled."""
    with small_disk(tmp_path / "disk") as disk:
        server = ServerProcess(disk.place / "data")
        server.start()
        yield server, disk
        server.close()


def test_a_full_disk_is_told_and_everything_goes_on_when_there_is_room_again(
    on_a_small_disk: tuple[ServerProcess, Disk],
) -> None:
    server, disk = on_a_small_disk
    talk = Conversation(server)
    kept = talk.start(NAP)

    _fill_the_last_block_of(server.log)
    disk.fill(server)
    refusals = [talk.request("POST", "/runs", {"spec": NAP}) for _ in range(50)]
    refused = next(answer for answer in refusals if answer.status_code != 202)
    assert refused.status_code == 503
    assert refused.json()["error"]["code"] == "database_unavailable"
    assert talk.get("/runs")["items"]
    assert server.http.get("/health").status_code == 503
    time.sleep(2)  # the timer is due meanwhile, and nothing can be written about it, not even in the log
    disk.free(server)
    _wait_for_health(server, 200)

    accepted = [kept["id"], *(answer.json()["id"] for answer in refusals if answer.status_code == 202)]
    for _ in accepted:
        talk.complete(talk.claim(wait=10))
    for run in accepted:
        assert talk.run(run)["status"] == "completed"


def test_health_tells_that_the_disk_is_full_before_anybody_writes(
    on_a_small_disk: tuple[ServerProcess, Disk],
) -> None:
    server, disk = on_a_small_disk
    _fill_the_last_block_of(server.log)
    disk.fill(server)
    _wait_for_health(server, 503)
    disk.free(server)
    _wait_for_health(server, 200)


def _wait_for_health(server: ServerProcess, status: int) -> None:
    give_up = time.monotonic() + 10
    while server.http.get("/health").status_code != status:
        assert time.monotonic() < give_up, f"/health does not answer {status}"
        time.sleep(0.1)


def _fill_the_last_block_of(log: Path) -> None:
    """Leave the log no room in what it has already."""
    with log.open("ab") as file:
        file.write(b"\n" * (4096 - file.tell() % 4096))
