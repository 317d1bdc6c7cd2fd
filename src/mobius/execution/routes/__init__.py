"""HTTP of the room."""

from mobius.execution.routes import jobs, runs

routes = [*jobs.routes, *runs.routes]
