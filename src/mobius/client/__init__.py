"""The client library: `Client` (synchronous) and `AsyncClient`, with the types of what they answer."""

from __future__ import annotations

from mobius.client.clients import AsyncClient, Client
from mobius.client.connection import Connection, data_dir, resolve_connection
from mobius.client.errors import (
    ApiError,
    ConfigurationError,
    Conflict,
    ConnectionFailed,
    InvalidRequest,
    MobiusError,
    NotAuthenticated,
    NotFound,
    PermissionDenied,
    RateLimited,
    ServerFailed,
    TooLarge,
    WaitTimeout,
)
from mobius.client.flow import NO_RETRY, RetryPolicy
from mobius.client.shapes import (
    APIKey,
    BulkResult,
    CreatedAPIKey,
    Job,
    JobClaim,
    Page,
    Project,
    ProjectMetrics,
    Run,
    RunDetail,
    RunEvent,
    Workflow,
    WorkflowVersion,
)

__all__ = [
    "NO_RETRY",
    "APIKey",
    "ApiError",
    "AsyncClient",
    "BulkResult",
    "Client",
    "ConfigurationError",
    "Conflict",
    "Connection",
    "ConnectionFailed",
    "CreatedAPIKey",
    "InvalidRequest",
    "Job",
    "JobClaim",
    "MobiusError",
    "NotAuthenticated",
    "NotFound",
    "Page",
    "PermissionDenied",
    "Project",
    "ProjectMetrics",
    "RateLimited",
    "RetryPolicy",
    "Run",
    "RunDetail",
    "RunEvent",
    "ServerFailed",
    "TooLarge",
    "WaitTimeout",
    "Workflow",
    "WorkflowVersion",
    "data_dir",
    "resolve_connection",
]
