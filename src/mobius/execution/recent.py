"""What this server wrote or handed out last, so that the next completion need not read it again.

Nothing here is trusted: a completion that is decided on it is written only if the version of the run's state
and the fence of the job still hold, and is decided again on what the database says when they do not.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import replace
from typing import Any, Generic, TypeVar

from mobius.execution.large_values import full_size
from mobius.execution.loaded import ENDED, LoadedJob, LoadedRun

Item = TypeVar("Item")

KEPT = 2_000
KEPT_SIZE = 8 * 1024 * 1024
"""In characters of JSON, of jobs with their runs. A specification counts for each of its runs."""
LARGEST = 1024 * 1024
"""In characters of JSON; what is larger is read when it is needed."""


class Recent:
    """The latest runs and claimed jobs, up to `KEPT` and `KEPT_SIZE` of each."""

    def __init__(self) -> None:
        self._runs: _Latest[LoadedRun] = _Latest()
        self._jobs: _Latest[LoadedJob] = _Latest()

    def remember(self, run: LoadedRun, spec_size: int | None) -> None:
        """Remember a run as it is now, or forget it; `spec_size` None: its specification is not held."""
        size = run.state_size + full_size(run.row["inputs"]) + full_size(run.row["metadata"])
        if spec_size is None or run.row["status"] in ENDED or size > LARGEST:
            self._runs.take(run.id)
        else:
            self._runs.keep(run.id, run, size + spec_size)

    def started(self, run: LoadedRun, spec_size: int | None) -> None:
        """Remember a new run, but not in the place of another one: its jobs stand in line behind those."""
        if not self._runs.full:
            self.remember(run, spec_size)

    def run(self, run_id: str, version: int) -> LoadedRun | None:
        """Return the run if it is remembered in this version of its state."""
        run = self._runs.get(run_id)
        return run if run is not None and run.version == version else None

    def is_behind(self, run_id: str, version: int) -> bool:
        """Tell whether this or a later version of the run's state is not remembered."""
        run = self._runs.get(run_id)
        return run is None or run.version < version

    def claimed(self, row: dict[str, Any], version: int, run_status: str) -> None:
        """Remember a job that was just claimed, if its run is remembered as the claim saw it."""
        run = self.run(row["run_id"], version)
        if run is not None and run.row["status"] == run_status and len(row["parameters"]) <= LARGEST:
            size = len(row["parameters"]) + self._runs.size_of(run.id)
            self._jobs.keep(row["id"], LoadedJob(row, run), size)

    def begun(self, run: LoadedRun, row: dict[str, Any]) -> None:
        """Remember that a run's row has changed while its state stayed."""
        if self._runs.get(run.id) is run:
            self._runs.keep(run.id, replace(run, row=row), self._runs.size_of(run.id))

    def take(self, job_id: str) -> LoadedJob | None:
        """Return a claimed job, once, unless its run has moved on here since."""
        job = self._jobs.take(job_id)
        return job if job is not None and self._runs.get(job.run.id) is job.run else None


class _Latest(Generic[Item]):
    """The items that were kept last."""

    def __init__(self) -> None:
        self._items: OrderedDict[str, tuple[Item, int]] = OrderedDict()
        self._size = 0

    @property
    def full(self) -> bool:
        return len(self._items) >= KEPT or self._size >= KEPT_SIZE - LARGEST

    def keep(self, name: str, item: Item, size: int) -> None:
        self.take(name)
        self._items[name] = item, size
        self._size += size
        while len(self._items) > KEPT or self._size > KEPT_SIZE:
            self.take(next(iter(self._items)))

    def get(self, name: str) -> Item | None:
        item, _ = self._items.get(name, (None, 0))
        return item

    def size_of(self, name: str) -> int:
        return self._items[name][1]

    def take(self, name: str) -> Item | None:
        item, size = self._items.pop(name, (None, 0))
        self._size -= size
        return item
