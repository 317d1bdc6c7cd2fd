"""HTTP of workers."""

from msgspec import UNSET

from mobius.api.call import ProjectCall
from mobius.api.operation import operation, operations
from mobius.api.schema import timestamp
from mobius.domains.workers import rules
from mobius.domains.workers.registry import WorkerRegistry
from mobius.domains.workers.rules import SeenWorker
from mobius.domains.workers.shapes import Worker, WorkerListResponse


@operation(
    "GET",
    "/projects/{project}/workers",
    tags=("workers",),
    permission="mobius.worker.read",
    errors=(404,),
    summary="List workers",
)
async def list_workers(call: ProjectCall) -> WorkerListResponse:
    """Answers with the workers that have asked for jobs within seven days, the most recently seen first.

    A worker is `stale` when it has not asked for more than two minutes.
    """
    workers = await rules.list_workers(
        call.store, call.room(WorkerRegistry), call.project.id, call.clock.now()
    )
    return WorkerListResponse(items=[_worker(worker) for worker in workers])


def _worker(worker: SeenWorker) -> Worker:
    return Worker(
        worker_id=worker.worker_id,
        name=worker.name or UNSET,
        version=worker.version or UNSET,
        last_seen_at=timestamp(worker.last_seen_at),
        stale=worker.stale,
    )


routes = operations(__name__)
