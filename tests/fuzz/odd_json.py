"""JSON at the edges of what is allowed, and beyond: as text, so that also what no value can say is sent."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
from hypothesis import strategies as st

Fields = dict[str, Any]
Mangling = Callable[[Fields], bytes]
"""Makes a body of the fields that would be right."""

NUMBERS = (
    *("0", "-0", "1", "-1", "2", "0.5", "1.0", "1e2", "-0.0", "5e-324", "1.7976931348623157e308", "1e400"),
    *("2147483648", "9007199254740993", "9223372036854775807", "-9223372036854775808", "9223372036854775808"),
    *("-9223372036854775809", "18446744073709551616", "1e-400", "-1e400"),
)
TEXTS = (
    *(
        '""',
        '" "',
        '"a"',
        '"\\u0000"',
        '"a\\u0000b"',
        '"\\ud800"',
        '"\\udc00\\ud800"',
        '"\\u2028"',
        '"\\ufeff"',
    ),
    *('"\\u0007\\u001b"', '"\u00e9\u0301"', '"\U0001f4a5"', '"\U0010ffff"', '"\u202etxt"', '"..%2f..%00"'),
    *('"%s %d {0} ${1 / 0} $${"', '"\' OR 1=1 --"'),
)
OTHERS = ("null", "true", "false", "[]", "{}", '{"": ""}', '{"a": 1, "a": 2}', "[[[]]]", "[null, 1, {}]")
BROKEN = (
    "NaN",
    "Infinity",
    "-",
    "01",
    "1.",
    "'a'",
    "{",
    "[1,]",
    '"\\x"',
    '"\n"',
    "nul",
    "",
    "\ud800",
    "/**/1",
)


def nested(levels: int) -> str:
    """Return lists and objects inside one another."""
    return '[{"a": ' * (levels // 2) + "1" + "}]" * (levels // 2)


# Hypothesis writes down what it samples from, so these are made when they are drawn.
_deep = st.sampled_from((90, 110, 190, 196, 200, 202, 260, 1_100, 40_000)).map(nested)
_long_texts = st.sampled_from((257, 300, 8_193, 70_000)).map(lambda length: '"' + "\u00fc" * length + '"')
_long_numbers = st.sampled_from((25, 400, 5_000)).map(lambda length: "1" * length)
_plain = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False, allow_infinity=False), st.text()
)
_made = st.recursive(
    _plain,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=4), inner, max_size=3)
    ),
    max_leaves=6,
)


def _fits(value: Any) -> bool:
    try:
        msgspec.json.encode(value)
    except (OverflowError, UnicodeEncodeError):
        return False
    return True


def _spelled(value: Any) -> str:
    return msgspec.json.encode(value).decode() if _fits(value) else "18446744073709551617"


sound_values = _made.filter(_fits)
odd_texts = st.one_of(
    st.sampled_from(NUMBERS),
    st.sampled_from(TEXTS),
    st.sampled_from(OTHERS),
    _deep,
    _long_texts,
    _long_numbers,
    st.sampled_from(BROKEN),
    _made.map(_spelled),
)


def _raw(text: str) -> msgspec.Raw:
    return msgspec.Raw(text.encode(errors="surrogatepass"))


def plainly(fields: Fields) -> bytes:
    """Return the body as it should be."""
    return msgspec.json.encode(fields)


def _replaced(place: int, text: str) -> Mangling:
    def mangle(fields: Fields) -> bytes:
        name = sorted(fields)[place % len(fields)]
        return plainly({**fields, name: _raw(text)})

    return mangle


def _dropped(place: int) -> Mangling:
    def mangle(fields: Fields) -> bytes:
        name = sorted(fields)[place % len(fields)]
        return plainly({key: value for key, value in fields.items() if key != name})

    return mangle


def _added(name: str, text: str) -> Mangling:
    return lambda fields: plainly({**fields, name: _raw(text)})


def _whole(text: str) -> Mangling:
    return lambda _fields: text.encode(errors="surrogatepass")


def _cut(length: int) -> Mangling:
    return lambda fields: plainly(fields)[:length]


def _spoiled(place: int, byte: int) -> Mangling:
    def mangle(fields: Fields) -> bytes:
        body = bytearray(plainly(fields))
        body[place % len(body)] = byte
        return bytes(body)

    return mangle


_places = st.integers(0, 9)
manglings: st.SearchStrategy[Mangling] = st.one_of(
    st.builds(_replaced, _places, odd_texts),
    st.builds(_dropped, _places),
    st.builds(_added, st.text(st.characters(codec="utf-8"), max_size=10), odd_texts),
    st.builds(_whole, odd_texts),
    st.builds(_cut, st.integers(0, 40)),
    st.builds(_spoiled, st.integers(0, 200), st.integers(0, 255)),
)
rarely_mangled: st.SearchStrategy[Mangling] = st.one_of(*[st.just(plainly)] * 9, manglings)
