"""Operations on service accounts."""

from __future__ import annotations

from typing import Any

from mobius.client.flow import Flow, given
from mobius.client.operation import UNSET, Operations, PageSource, Unset, listing, operation
from mobius.client.people_shapes import ServiceAccount
from mobius.client.shapes import Page


class ServiceAccountOperations(Operations):
    """Service accounts of the client's project."""

    @operation
    def list_service_accounts(
        self, *, cursor: str | None = None, limit: int | None = None
    ) -> Flow[Page[ServiceAccount]]:
        """One page of service accounts, newest first."""
        return self._page(self._in_project("service-accounts"), Page[ServiceAccount], cursor, limit)

    @listing
    def iter_service_accounts(self, *, limit: int | None = None) -> PageSource[ServiceAccount]:
        """All service accounts, fetched in pages of `limit`."""
        where = self._in_project("service-accounts")
        return lambda cursor: self._page(where, Page[ServiceAccount], cursor, limit)

    @operation
    def create_service_account(
        self,
        name: str,
        *,
        display_name: str | None = None,
        description: str | None = None,
        owner_user_id: str | None = None,
        role_name: str | None = None,
        metadata: dict[str, Any] | None = None,
    ) -> Flow[ServiceAccount]:
        """Create a service account; `role_name` is a system role, such as `worker`."""
        body = given(
            name=name,
            display_name=display_name,
            description=description,
            owner_user_id=owner_user_id,
            role_name=role_name,
            metadata=metadata,
        )
        where = self._in_project("service-accounts")
        return self._fetch("POST", where, ServiceAccount, body=body, once=True)

    @operation
    def get_service_account(self, account_id: str) -> Flow[ServiceAccount]:
        """One service account."""
        return self._fetch("GET", self._in_project("service-accounts", account_id), ServiceAccount)

    @operation
    def update_service_account(
        self,
        account_id: str,
        *,
        display_name: str | Unset = UNSET,
        description: str | Unset | None = UNSET,
        status: str | Unset = UNSET,
        owner_user_id: str | Unset | None = UNSET,
        metadata: dict[str, Any] | Unset = UNSET,
    ) -> Flow[ServiceAccount]:
        """Change what is given; `status` is `active` or `disabled`, None clears description and owner."""
        body = {
            "display_name": display_name,
            "description": description,
            "status": status,
            "owner_user_id": owner_user_id,
            "metadata": metadata,
        }
        where = self._in_project("service-accounts", account_id)
        return self._fetch("PATCH", where, ServiceAccount, body=body)

    @operation
    def delete_service_account(self, account_id: str) -> Flow[None]:
        """Delete a service account that no live key and no agent uses."""
        return self._do("DELETE", self._in_project("service-accounts", account_id))
