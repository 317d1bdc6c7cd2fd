"""The served description of the API, made from the operations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
from starlette.responses import Response

from mobius.api.form import Form
from mobius.server.schemas import Components, Schema

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from msgspec import inspect

    from mobius.api.operation import Operation

_PATH_PARAMS = {
    "project": ("ProjectHandleParam", "Handle or id of the project."),
    "id": ("IDParam", "Id of what the path is about."),
    "actionName": ("ActionNameParam", "Name of the action."),
    "groupId": ("GroupIDParam", "Id or handle of the group."),
}
_IDEMPOTENCY = "IdempotencyKeyParam"
_ERRORS = {
    400: ("BadRequest", "The request is malformed or breaks a rule."),
    401: ("Unauthorized", "No valid credential was presented."),
    403: ("Forbidden", "The credential does not allow this."),
    404: ("NotFound", "There is no such thing, or not for this caller."),
    409: ("Conflict", "The state of things does not allow this."),
    503: ("ServiceUnavailable", "Something that the server needs is out of reach."),
}
_OTHER_ERRORS = {413: "The body or a part of it is too large.", 429: "A rate limit is reached."}
_SUCCESSES = {200: "Done.", 201: "Created.", 202: "Accepted.", 204: "Done; there is nothing to say."}
_ERROR_RESPONSE: Schema = {
    "type": "object",
    "description": "Why a request was not carried out. An error changes nothing.",
    "required": ["error"],
    "properties": {
        "error": {
            "type": "object",
            "required": ["code", "message"],
            "properties": {
                "code": {"type": "string", "description": "A stable word for programs."},
                "message": {
                    "type": "string",
                    "description": "What was wrong, where, and what would be right.",
                },
                "details": {
                    "type": "array",
                    "items": {},
                    "description": "All problems, when there are several.",
                },
            },
        }
    },
}


def document(operations: Sequence[Operation], more_types: Iterable[Any] = ()) -> dict[str, Any]:
    """The OpenAPI 3.0 document. `more_types` are those that schemas only name."""
    shown = [operation for operation in operations if not operation.hidden]
    writer = _Writer(shown)
    for one in more_types:
        writer.components.schema(one)
    paths: dict[str, dict[str, Any]] = {}
    for operation in shown:
        paths.setdefault(operation.path, {})[operation.method.lower()] = writer.operation(operation)
    writer.components.check_complete()
    return {
        "openapi": "3.0.3",
        "info": {"title": "Mobius API", "version": "0.1.0", "description": "A durable workflow server."},
        "servers": [{"url": "/"}],
        "security": [{"BearerAuth": []}],
        "tags": [{"name": tag} for tag in sorted({tag for operation in shown for tag in operation.tags})],
        "paths": paths,
        "components": {
            "securitySchemes": {"BearerAuth": {"type": "http", "scheme": "bearer"}},
            "parameters": dict(sorted(writer.parameters.items())),
            "responses": {name: _error(description) for name, description in _ERRORS.values()},
            "schemas": dict(sorted(writer.components.schemas.items())),
        },
    }


class _Writer:
    """Writes operations and remembers the components that they refer to."""

    def __init__(self, operations: Sequence[Operation]) -> None:
        self.components = Components()
        self.components.schemas["ErrorResponse"] = _ERROR_RESPONSE
        self.parameters: dict[str, Schema] = {
            name: {
                "name": param,
                "in": "path",
                "required": True,
                "description": description,
                "schema": {"type": "string"},
            }
            for param, (name, description) in _PATH_PARAMS.items()
        }
        self.parameters[_IDEMPOTENCY] = {
            "name": "Idempotency-Key",
            "in": "header",
            "required": False,
            "description": "A repetition with the same key within 24 hours gets the first answer.",
            "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[ -~]+$"},
        }
        self._operations = operations

    def operation(self, operation: Operation) -> Schema:
        written: Schema = {
            "operationId": operation.id,
            "tags": list(operation.tags),
            "summary": operation.summary,
            "description": operation.description,
        }
        if parameters := [*self._path(operation), *self._query(operation), *self._header(operation)]:
            written["parameters"] = parameters
        if operation.body is not None:
            body = {"schema": self.components.schema(operation.body)}
            is_form = issubclass(operation.body, Form)
            # A form without fields is an empty body.
            required = not is_form or any(field.required for field in msgspec.structs.fields(operation.body))
            content = {_FORM if is_form else _JSON: body}
            written["requestBody"] = {"required": required, "content": content}
        written["responses"] = {**self._successes(operation), **self._errors(operation)}
        if operation.permission is None:
            written["security"] = []
        else:
            written["x-mobius-permission"] = operation.permission
        return written

    def _path(self, operation: Operation) -> list[Schema]:
        return [
            _parameter(_PATH_PARAMS[param.name][0])
            if param.name in _PATH_PARAMS
            else {"name": param.name, "in": "path", "required": True, "schema": {"type": "string"}}
            for param in operation.path_params
        ]

    def _query(self, operation: Operation) -> list[Schema]:
        if operation.query is None:
            return []
        return [self._query_parameter(field) for field in self.components.fields(operation.query)]

    def _query_parameter(self, field: inspect.Field) -> Schema:
        schema = self.components.field(field)
        written: Schema = {
            "name": field.encode_name,
            "in": "query",
            "required": field.required,
            "schema": schema,
        }
        if description := schema.pop("description", None):
            written["description"] = description
        component = (getattr(field.type, "extra", None) or {}).get("parameter")
        if component is None:
            return written
        self.parameters[component] = written
        return _parameter(component)

    @staticmethod
    def _header(operation: Operation) -> list[Schema]:
        repeatable = operation.method == "POST" and operation.permission and operation.media_type == _JSON
        return [_parameter(_IDEMPOTENCY)] if repeatable else []

    def _successes(self, operation: Operation) -> Schema:
        answers: Schema = {}
        if operation.result is not None and operation.status != 204:
            streams = operation.result is Response
            schema = {"type": "string"} if streams else self.components.schema(operation.result)
            answers[str(operation.status)] = {
                "description": _SUCCESSES[operation.status],
                "content": {operation.media_type: {"schema": schema}},
            }
            if links := self._links(operation):
                answers[str(operation.status)]["links"] = links
        if operation.may_be_empty:
            answers[str(operation.empty)] = {"description": _SUCCESSES[operation.empty]}
        return answers

    def _errors(self, operation: Operation) -> Schema:
        statuses = {*operation.errors, 503}
        if operation.permission is not None:
            statuses |= {401, 403, 429}
        if operation.path_params:
            statuses |= {400, 404}
        if operation.query is not None:
            statuses.add(400)
        if operation.body is not None:
            statuses |= {400, 413}
        if self._header(operation):
            statuses |= {400, 409}
        written: Schema = {
            str(status): {"$ref": f"#/components/responses/{_ERRORS[status][0]}"}
            if status in _ERRORS
            else _error(_OTHER_ERRORS[status])
            for status in sorted(statuses)
        }
        if (problem := getattr(operation.body, "problem", None)) is not None:
            content = {_JSON: {"schema": self.components.schema(problem)}}
            written["400"] = {"description": _ERRORS[400][1], "content": content}
        return written

    def _links(self, operation: Operation) -> Schema:
        """From what an operation creates to everything that takes its id."""
        if operation.method != "POST" or "id" not in getattr(operation.result, "__struct_fields__", ()):
            return {}
        home = self._collection_of(operation) + "/{id}"
        return {
            target.id: {
                "operationId": target.id,
                "parameters": {
                    param.name: "$response.body#/id" if param.name == "id" else f"$request.path.{param.name}"
                    for param in target.path_params
                },
            }
            for target in self._operations
            if (target.path == home or target.path.startswith(home + "/"))
            and {param.name for param in target.path_params}
            <= {"id", *(one.name for one in operation.path_params)}
        }

    def _collection_of(self, operation: Operation) -> str:
        """The path under which the created thing lives: the shortest at which one can be created."""
        makers = [
            one.path for one in self._operations if one.method == "POST" and one.result is operation.result
        ]
        return min(
            (path for path in makers if "{id}" not in path), default=operation.path, key=_prefers(operation)
        )


def _prefers(operation: Operation) -> Any:
    return lambda path: (path != operation.path, len(path))


_JSON = "application/json"
_FORM = "application/x-www-form-urlencoded"


def _parameter(name: str) -> Schema:
    return {"$ref": f"#/components/parameters/{name}"}


def _error(description: str) -> Schema:
    schema = {"$ref": "#/components/schemas/ErrorResponse"}
    return {"description": description, "content": {_JSON: {"schema": schema}}}


def encoded(described: dict[str, Any]) -> bytes:
    """The document as it is sent."""
    return msgspec.json.encode(described)
