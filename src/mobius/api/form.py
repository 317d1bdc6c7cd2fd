"""Form-encoded bodies, as browsers and OAuth clients send them."""

from __future__ import annotations

import re
from typing import Any, ClassVar, Generic, TypeVar
from urllib.parse import parse_qsl

import msgspec
from msgspec import Struct

from mobius.api.errors import ApiError, Invalid


class Form(Struct, kw_only=True):
    """The fields of a form. A body of this kind is form-encoded; fields that it does not have are ignored.

    `problem` is the shape of what `refused` answers, when it is another one than usual.
    """

    problem: ClassVar[type[Struct] | None] = None

    @classmethod
    def refused(cls, message: str) -> ApiError:
        """What is wrong with a body that is no such form."""
        return Invalid(message)


F = TypeVar("F", bound=Form)
MOST_FIELDS = 50
_NAME = re.compile(r"[-._0-9A-Za-z]+")
"""What names of OAuth parameters are made of (RFC 6749, A)."""


class FormBody(Generic[F]):
    """Decodes bodies of one type."""

    def __init__(self, of: type[F]) -> None:
        self._type = of

    def decode(self, raw: bytes) -> F:
        """The typed form; raises what its type says when it is none."""
        try:
            pairs = parse_qsl(
                raw.decode("utf-8"), keep_blank_values=True, errors="strict", max_num_fields=MOST_FIELDS
            )
        except ValueError:
            raise self._type.refused("the body is not application/x-www-form-urlencoded") from None
        fields: dict[str, Any] = {}
        for name, value in pairs:
            if not _NAME.fullmatch(name):
                raise self._type.refused(f"{name[:80]!r} is no name of a field")
            if name in fields:
                raise self._type.refused(f"{name}: given more than once")
            if "\0" in value:
                raise self._type.refused(f"{name}: holds a NUL character")
            fields[name] = value
        try:
            return msgspec.convert(fields, self._type, strict=False)
        except msgspec.ValidationError as error:
            raise self._type.refused(f"{error}") from None
