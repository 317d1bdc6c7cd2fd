"""The operation on metrics."""

from __future__ import annotations

from mobius.client.flow import Flow
from mobius.client.operation import Operations, operation
from mobius.client.shapes import ProjectMetrics


class MetricOperations(Operations):
    """How the project does."""

    @operation
    def get_project_metrics(self) -> Flow[ProjectMetrics]:
        """The figures of the project now; those of a window are over its last `window_minutes`."""
        return self._fetch("GET", self._in_project("metrics"), ProjectMetrics)
