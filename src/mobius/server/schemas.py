"""Schemas of OpenAPI 3.0 from msgspec types. What the markers mean stands in `mobius.api.schema`."""

from __future__ import annotations

from typing import Any

import msgspec
from msgspec import NODEFAULT, inspect

Schema = dict[str, Any]


class Components:
    """Collects named schemas while types are turned into schemas."""

    def __init__(self) -> None:
        self.schemas: dict[str, Schema] = {}
        self.referred: set[str] = set()
        self._types: dict[str, type[Any]] = {}

    def schema(self, of: Any) -> Schema:
        """The schema of a type annotation."""
        return self._of(inspect.type_info(of))

    def fields(self, of: type[Any]) -> tuple[inspect.Field, ...]:
        """The fields of a Struct."""
        info = inspect.type_info(of)
        if not isinstance(info, inspect.StructType):
            raise TypeError(f"{of!r} is not a Struct")
        return info.fields

    def field(self, field: inspect.Field) -> Schema:
        """The schema of a field, with its default."""
        schema = self._of(field.type)
        if field.default is not NODEFAULT and field.default is not None and "$ref" not in schema:
            schema = {**schema, "default": msgspec.to_builtins(field.default)}
        return schema

    def reference(self, name: str) -> Schema:
        """A reference to a component, which must turn up before the document is complete."""
        self.referred.add(name)
        return {"$ref": f"#/components/schemas/{name}"}

    def check_complete(self) -> None:
        """Refuses references that lead nowhere."""
        if missing := self.referred - self.schemas.keys():
            raise ValueError(
                f"schemas without a type: {sorted(missing)}; list them in a room's routes.schemas"
            )

    def _of(self, info: inspect.Type) -> Schema:
        match info:
            case inspect.Metadata():
                return self._annotated(info)
            case inspect.StructType():
                return self._struct(info)
            case inspect.UnionType(types=members):
                return self._union(members)
            case inspect.ListType(item_type=item, min_length=low, max_length=high):
                return {"type": "array", "items": self._of(item), **_bounds(minItems=low, maxItems=high)}
            case inspect.DictType(value_type=value):
                anything = isinstance(value, inspect.AnyType)
                return {"type": "object", "additionalProperties": True if anything else self._of(value)}
            case _:
                return _scalar(info)

    def _annotated(self, info: inspect.Metadata) -> Schema:
        extra, shown = info.extra or {}, dict(info.extra_json_schema or {})
        if "schema_of" in extra:
            return self.reference(extra["schema_of"])
        name = shown.pop("title", None)
        base = (
            {"oneOf": [self.schema(one) for one in extra["one_of"]]}
            if "one_of" in extra
            else self._of(info.type)
        )
        schema = base if "$ref" in base else {**base, **shown}
        if name is None:
            return schema
        self.schemas[name] = schema
        return self.reference(name)

    def _union(self, members: tuple[inspect.Type, ...]) -> Schema:
        rest = [self._of(member) for member in members if not isinstance(member, inspect.NoneType)]
        schema = rest[0] if len(rest) == 1 else {"oneOf": rest}
        return {**schema, "nullable": True} if len(rest) < len(members) else schema

    def _struct(self, info: inspect.StructType) -> Schema:
        cls = info.cls
        name = cls.__name__
        if name in self.schemas:
            if self._types[name] is not cls:
                raise ValueError(f"two types are served as {name}: {self._types[name]} and {cls}")
            return self.reference(name)
        # Entered before the fields are, for types that contain themselves.
        self.schemas[name] = {}
        self._types[name] = cls
        parent = _public_parent(cls)
        inherited = set() if parent is None else set(parent.__struct_fields__)
        own = self._object(info, [field for field in info.fields if field.name not in inherited])
        schema = own if parent is None else {"allOf": [self.schema(parent), own]}
        if cls.__doc__:
            schema = {"description": " ".join(cls.__doc__.split()), **schema}
        self.schemas[name] = schema
        return self.reference(name)

    def _object(self, info: inspect.StructType, fields: list[inspect.Field]) -> Schema:
        schema: Schema = {"type": "object"}
        if required := [field.encode_name for field in fields if field.required]:
            schema["required"] = required
        schema["properties"] = {field.encode_name: self.field(field) for field in fields}
        if info.forbid_unknown_fields:
            schema["additionalProperties"] = False
        return schema


def _scalar(info: inspect.Type) -> Schema:
    match info:
        case inspect.StrType(min_length=low, max_length=high, pattern=pattern):
            return {"type": "string", **_bounds(minLength=low, maxLength=high, pattern=pattern)}
        case inspect.BoolType():
            return {"type": "boolean"}
        case inspect.IntType(ge=low, le=high):
            return {"type": "integer", **_bounds(minimum=low, maximum=high)}
        case inspect.FloatType(ge=low, le=high):
            return {"type": "number", **_bounds(minimum=low, maximum=high)}
        case inspect.LiteralType(values=values):
            return {"type": "string" if isinstance(values[0], str) else "integer", "enum": list(values)}
        case inspect.DateTimeType():
            return {"type": "string", "format": "date-time"}
        case inspect.AnyType() | inspect.RawType():
            return {}
        case _:
            raise TypeError(f"no schema for {info}")


def _bounds(**bounds: Any) -> Schema:
    return {name: value for name, value in bounds.items() if value is not None}


def _public_parent(cls: type[Any]) -> type[Any] | None:
    """The Struct that a type extends as the contract sees it."""
    for parent in cls.__mro__[1:]:
        if (
            not issubclass(parent, msgspec.Struct)
            or parent is msgspec.Struct
            or parent.__name__.startswith("_")
        ):
            continue
        return parent
    return None
