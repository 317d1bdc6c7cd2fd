"""The served schema includes the contract."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from mobius.server.app import declared
from mobius.server.openapi import document
from tests.contract.inclusion import missing, operations_of, referred, resolve

CONTRACT: dict[str, Any] = json.loads((Path(__file__).parent / "openapi.structure.json").read_text())
TAGS = {
    "projects",
    "api-keys",
    "workflows",
    "runs",
    "jobs",
    "workers",
    "metrics",
    "groups",
    "channels",
    "interactions",
    "agents",
}
NOT_YET = {"runJobAction"}
PROMISED = [one for one in operations_of(CONTRACT, TAGS) if one[2]["operationId"] not in NOT_YET]
BESIDE = (
    "AddOrgMemberRequest",
    "AuthContext",
    "CLICredentialListResponse",
    "ConfirmDeviceCodeRequest",
    "ConfirmDeviceCodeResult",
    "CreateOrgRequest",
    "CreateServiceAccountRequest",
    "OrgListResponse",
    "OrgMemberListResponse",
    "ServiceAccountListResponse",
    "UpdateOrgMemberRoleRequest",
    "UpdateOrgRequest",
    "UpdateServiceAccountRequest",
)
"""Components of operations whose paths are not in the contract."""
COMPONENTS = sorted(
    referred(
        CONTRACT,
        [
            *(operation for _, _, operation in PROMISED),
            *({"$ref": f"#/components/schemas/{name}"} for name in BESIDE),
        ],
    )
)


@pytest.fixture(scope="module")
def served() -> dict[str, Any]:
    everything = declared()
    described: dict[str, Any] = json.loads(json.dumps(document(everything.operations, everything.schemas)))
    return described


@pytest.mark.parametrize(
    ("path", "method", "promised"), PROMISED, ids=[one[2]["operationId"] for one in PROMISED]
)
def test_operation_is_served_as_promised(
    path: str, method: str, promised: Any, served: dict[str, Any]
) -> None:
    given = served["paths"].get(path, {}).get(method)
    assert given is not None, f"{method.upper()} {path} is not served"
    assert not list(missing(promised, given, promised["operationId"]))


@pytest.mark.parametrize("reference", COMPONENTS, ids=[one.rpartition("/")[2] for one in COMPONENTS])
def test_component_is_served_as_promised(reference: str, served: dict[str, Any]) -> None:
    given = resolve(served, reference)
    assert given is not None, f"{reference} is not served"
    assert not list(missing(resolve(CONTRACT, reference), given, reference.rpartition("/")[2]))


def test_nothing_is_compared_by_accident() -> None:
    assert len(PROMISED) > 30
    assert len(COMPONENTS) > 50


def test_a_difference_is_found_and_named() -> None:
    promised = {
        "type": "object",
        "required": ["a"],
        "properties": {"a": {"type": "string", "enum": ["x", "y"]}},
    }
    served = {
        "type": "object",
        "required": ["a", "b"],
        "properties": {"a": {"type": "string", "enum": ["y"]}},
    }
    assert list(missing(promised, served, "Thing")) == [
        "Thing.required: ['b'] is served but not promised",
        "Thing.properties.a.enum: x is not among ['y']",
    ]
