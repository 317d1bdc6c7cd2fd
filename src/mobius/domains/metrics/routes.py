"""HTTP of metrics."""

from mobius.api.call import ProjectCall
from mobius.api.operation import operation, operations
from mobius.domains.metrics import rules
from mobius.domains.metrics.shapes import ProjectMetrics
from mobius.domains.workers.registry import WorkerRegistry


@operation(
    "GET",
    "/projects/{project}/metrics",
    tags=("metrics",),
    permission="mobius.metric.read",
    errors=(404,),
    summary="Get the figures of a project",
)
async def get_project_metrics(call: ProjectCall) -> ProjectMetrics:
    """Answers with how the project does now, and with how runs went in the last hour."""
    return await rules.project_metrics(
        call.store, call.room(WorkerRegistry), call.project.id, call.clock.now()
    )


routes = operations(__name__)
