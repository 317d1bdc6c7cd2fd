"""What this server wrote or handed out last, so that the next completion need not read it again.

Nothing here is trusted: a completion that is decided on it is written only if the version of the run's state
and the fence of the job still hold, and is decided again on what the database says when they do not.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import replace
from typing import Any, Generic, TypeVar

from mobius.execution.loaded import ENDED, LoadedJob, LoadedRun

Item = TypeVar("Item")

KEPT = 2_000
LARGEST = 32 * 1024
"""In characters of JSON; what is larger is read when it is needed."""


class Recent:
    """The latest `KEPT` runs and claimed jobs."""

    def __init__(self) -> None:
        self._runs: _Latest[LoadedRun] = _Latest()
        self._jobs: _Latest[LoadedJob] = _Latest()

    def written(self, run: LoadedRun, *, keep: bool) -> None:
        """Remember a run as it is after a transition, or forget it."""
        if not keep or run.row["status"] in ENDED or run.state_size + len(run.row["inputs"]) > LARGEST:
            self._runs.take(run.id)
        else:
            self._runs.keep(run.id, run)

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
            self._jobs.keep(row["id"], LoadedJob(row, run))

    def begun(self, run: LoadedRun, row: dict[str, Any]) -> None:
        """Remember that a run's row has changed while its state stayed."""
        if self._runs.get(run.id) is run:
            self._runs.keep(run.id, replace(run, row=row))

    def take(self, job_id: str) -> LoadedJob | None:
        """Return a claimed job, once, unless its run has moved on here since."""
        job = self._jobs.take(job_id)
        return job if job is not None and self._runs.get(job.run.id) is job.run else None


class _Latest(Generic[Item]):
    """The items that were kept last."""

    def __init__(self) -> None:
        self._items: OrderedDict[str, Item] = OrderedDict()

    def keep(self, name: str, item: Item) -> None:
        self._items.pop(name, None)
        self._items[name] = item
        if len(self._items) > KEPT:
            self._items.popitem(last=False)

    def get(self, name: str) -> Item | None:
        return self._items.get(name)

    def take(self, name: str) -> Item | None:
        return self._items.pop(name, None)
