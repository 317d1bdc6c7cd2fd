"""Operations on API keys: those of the organization, and those pinned to the client's project."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from mobius.client.flow import Flow, given
from mobius.client.operation import Operations, operation, path
from mobius.client.shapes import APIKey, CreatedAPIKey, Page


class APIKeyOperations(Operations):
    """Keys are shown whole exactly once: in the answer to their creation."""

    @operation
    def list_api_keys(self) -> Flow[list[APIKey]]:
        """All live keys that are valid for every project."""
        page = yield from self._fetch("GET", "/api-keys", Page[APIKey])
        return page.rows

    @operation
    def create_api_key(
        self,
        name: str,
        *,
        permissions: Sequence[str] | None = None,
        service_account_id: str | None = None,
        expires_at: datetime | None = None,
    ) -> Flow[CreatedAPIKey]:
        """Create a key for every project of the organization."""
        body = _creation(name, permissions, service_account_id, expires_at)
        return self._fetch("POST", "/api-keys", CreatedAPIKey, body=body, once=True)

    @operation
    def get_api_key(self, key_id: str) -> Flow[APIKey]:
        """One key of the organization, without its secret."""
        return self._fetch("GET", path("api-keys", key_id), APIKey)

    @operation
    def revoke_api_key(self, key_id: str) -> Flow[None]:
        """Revoke a key of the organization: its next request is refused."""
        return self._do("DELETE", path("api-keys", key_id))

    @operation
    def list_project_api_keys(self) -> Flow[list[APIKey]]:
        """All live keys that are pinned to the project."""
        page = yield from self._fetch("GET", self._in_project("api-keys"), Page[APIKey])
        return page.rows

    @operation
    def create_project_api_key(
        self,
        name: str,
        *,
        permissions: Sequence[str] | None = None,
        service_account_id: str | None = None,
        expires_at: datetime | None = None,
    ) -> Flow[CreatedAPIKey]:
        """Create a key that sees the client's project only."""
        body = _creation(name, permissions, service_account_id, expires_at)
        return self._fetch("POST", self._in_project("api-keys"), CreatedAPIKey, body=body, once=True)

    @operation
    def get_project_api_key(self, key_id: str) -> Flow[APIKey]:
        """One key of the project, without its secret."""
        return self._fetch("GET", self._in_project("api-keys", key_id), APIKey)

    @operation
    def revoke_project_api_key(self, key_id: str) -> Flow[None]:
        """Revoke a key of the project: its next request is refused."""
        return self._do("DELETE", self._in_project("api-keys", key_id))


def _creation(
    name: str,
    permissions: Sequence[str] | None,
    service_account_id: str | None,
    expires_at: datetime | None,
) -> dict[str, Any]:
    return given(
        name=name,
        permissions=None if permissions is None else list(permissions),
        service_account_id=service_account_id,
        expires_at=expires_at,
    )
