"""From bytes of a request to typed values, or to an error that says where, what came and what is right."""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any, Generic, TypeVar
from urllib.parse import parse_qsl

import msgspec
from msgspec import inspect

from mobius.api.errors import ApiError, Invalid, MalformedJson

T = TypeVar("T")

MAX_DEPTH = 200
MAX_PATH_PARAM = 128
INT64 = range(-(2**63), 2**63)


class JsonBody(Generic[T]):
    """Decodes bodies of one type."""

    def __init__(self, of: type[T]) -> None:
        self._type = of
        self._decoder: msgspec.json.Decoder[T] = msgspec.json.Decoder(of)

    def decode(self, raw: bytes) -> T:
        """The typed body; `malformed_json` or `validation_failed` when it is none."""
        if not raw:
            raise MalformedJson("the body is empty; a JSON object is required")
        try:
            if not raw.isascii():
                raw.decode()  # the decoder skips what no field takes without a look at it
            _check_what_the_decoder_lets_pass(raw)
            return self._decoder.decode(raw)
        except ApiError:
            raise
        except RecursionError:
            raise _too_deep() from None
        except UnicodeDecodeError:
            raise MalformedJson("the body is not valid UTF-8") from None
        except msgspec.ValidationError as error:
            raise _explained(error, self._type, _decoded(raw)) from None
        except msgspec.DecodeError as error:
            raise MalformedJson(f"the body is not JSON: {error}") from None


def decode_part(name: str, raw: bytes, of: type[T]) -> T:
    """The typed value of a field that a body's type takes as raw JSON; errors are those of the body."""
    try:
        return msgspec.json.decode(raw, type=of)
    except RecursionError:
        raise _too_deep() from None
    except msgspec.ValidationError as error:
        raise _explained(error, of, _decoded(raw), root=f"$.{name}") from None
    except msgspec.DecodeError as error:
        raise MalformedJson(f"{name} is not JSON: {error}") from None


def decode_query(of: type[T], query_string: bytes) -> T:
    """The typed query. Parameters that the type does not have are ignored; a repeated one is an error."""
    given: dict[str, str] = {}
    for name, text in _pairs(query_string):
        if name in given:
            raise Invalid(f"query parameter {name}: given more than once")
        given[name] = text
    try:
        query = msgspec.convert(given, of, strict=False)
    except msgspec.ValidationError as error:
        raise _explained(error, of, given, root="query parameter ") from None
    for name in given:
        value: Any = getattr(query, name, None)
        if type(value) is int and value not in INT64:
            raise Invalid(f"query parameter {name}: expected a 64-bit integer, got {value}")
    return query


def check_path_param(name: str, value: str) -> str:
    """The value of a variable path segment, refused when no id can look like it."""
    if len(value) > MAX_PATH_PARAM:
        raise Invalid(f"path parameter {name}: longer than {MAX_PATH_PARAM} characters")
    if not value.isprintable() or "\ufffd" in value:
        raise Invalid(f"path parameter {name}: holds characters that cannot be printed")
    return value


def _pairs(query_string: bytes) -> list[tuple[str, str]]:
    if not query_string:
        return []
    try:
        pairs = parse_qsl(
            query_string.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=100
        )
    except UnicodeError:
        raise Invalid("the query is not percent-encoded UTF-8") from None
    except ValueError:
        raise Invalid("the query has more than 100 parameters") from None
    if any("\0" in name or "\0" in value for name, value in pairs):
        raise Invalid("the query holds a NUL character")
    return pairs


def is_too_deep(raw: bytes, document: Any) -> bool:
    """Tell whether JSON nests deeper than `MAX_DEPTH` levels, given as it came and as it was decoded."""
    if not _may_be_too_deep(raw):
        return False
    level = [document]
    for _ in range(MAX_DEPTH + 1):
        below = [child for value in level if type(value) is list for child in value]
        below += [child for value in level if type(value) is dict for child in value.values()]
        level = below
        if not level:
            return False
    return True


_DIGITS_AS_ZEROS = bytes(48 if 48 <= byte <= 57 else byte for byte in range(256))
_LONG_DIGITS = b"0" * 19


def _check_what_the_decoder_lets_pass(raw: bytes) -> None:
    """Refuse what no database takes: NUL, huge integers, deep nesting. Cheap signs spare most bodies this."""
    looks = b"\\u0000" in raw or _LONG_DIGITS in raw.translate(_DIGITS_AS_ZEROS)
    if looks or _may_be_too_deep(raw):
        document = msgspec.json.decode(raw)
        if is_too_deep(raw, document):
            raise _too_deep()
        if looks:
            _check_every_value(document)


def _may_be_too_deep(raw: bytes) -> bool:
    return raw.count(b"{") + raw.count(b"[") > MAX_DEPTH


def _check_every_value(document: Any) -> None:
    level = [document]
    while level:
        for value in level:
            if isinstance(value, str) and "\0" in value:
                raise Invalid("a string in the body holds a NUL character (\\u0000)")
            if type(value) is int and value not in INT64:
                raise Invalid(f"an integer in the body does not fit 64 bits: {str(value)[:40]}")
        level = [child for value in level for child in _children(value)]


def _decoded(raw: bytes) -> Any:
    """The document for an error message; it may be broken behind the place of the error."""
    try:
        return msgspec.json.decode(raw)
    except (ValueError, RecursionError):
        return msgspec.UNSET


def _children(value: Any) -> Iterator[Any]:
    if isinstance(value, dict):
        yield from value
        yield from value.values()
    elif isinstance(value, list):
        yield from value


def _too_deep() -> MalformedJson:
    return MalformedJson(f"the body nests deeper than {MAX_DEPTH} levels")


_AT = re.compile(r"^(?P<what>.*?)(?: - at `(?P<path>.*)`)?$", re.DOTALL)
_STEP = re.compile(r"\.([^.\[]+)|\[(\d+|\.\.\.)\]")


def _explained(error: msgspec.ValidationError, of: Any, document: Any, root: str = "") -> Invalid:
    """The decoder's error with what it leaves out: the value that came, the values that would be right."""
    match = _AT.match(str(error))
    what, path = (match["what"], match["path"] or "$") if match else (str(error), "$")
    steps = [name or index for name, index in _STEP.findall(path)]
    message = what[:1].lower() + what[1:]
    if what.startswith("Invalid enum value"):
        allowed = ", ".join(f"`{value}`" for value in _allowed_values(of, steps))
        message = f"expected one of {allowed}, got {_shown(_value_at(document, steps))}"
    elif what.startswith("Expected") and (root or "got" not in what):
        message = f"{message.partition(', got')[0]}, got {_shown(_value_at(document, steps))}"
    where = root + ".".join(steps) if root else path
    return Invalid(f"{where}: {message}" if steps or not root else f"{root.strip()}: {message}")


def _value_at(document: Any, steps: list[str]) -> Any:
    for step in steps:
        try:
            document = document[int(step)] if isinstance(document, list) else document[step]
        except (KeyError, IndexError, TypeError, ValueError):
            return msgspec.UNSET
    return document


def _shown(value: Any) -> str:
    if value is msgspec.UNSET:
        return "another value"
    text = msgspec.json.encode(value).decode()
    return text if len(text) <= 80 else f"{text[:77]}..."


def _allowed_values(of: Any, steps: list[str]) -> tuple[Any, ...]:
    found = list(_types_at(_type_info(of), steps))
    return tuple(value for one in found if isinstance(one, inspect.LiteralType) for value in one.values)


def _types_at(at: inspect.Type, steps: list[str]) -> Iterator[inspect.Type]:
    """The types that may stand at a path, unions taken apart."""
    match at:
        case inspect.Metadata(type=inner):
            yield from _types_at(inner, steps)
        case inspect.UnionType(types=members):
            for member in members:
                yield from _types_at(member, steps)
        case _ if not steps:
            yield at
        case inspect.StructType(fields=fields):
            for field in fields:
                if field.encode_name == steps[0]:
                    yield from _types_at(field.type, steps[1:])
        case inspect.ListType(item_type=inner) | inspect.DictType(value_type=inner):
            yield from _types_at(inner, steps[1:])
        case _:
            return


@lru_cache(maxsize=512)
def _type_info(of: Any) -> inspect.Type:
    return inspect.type_info(of)
