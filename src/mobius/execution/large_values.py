"""Large values of a run are stored once; everywhere else a reference stands in their place.

A reference is no JSON: it begins and ends with U+0001, which JSON text holds only escaped. So nothing that
users put into their values can be taken for one, and a text without that character holds none. Between the
marks stand the first character of the value's JSON, the hash that it is stored under, and its JSON's length.

A stored value may itself refer to others. Its hash is that of its text and its run, so a value that comes
into the run again is found to be there.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

import msgspec
from msgspec import Raw
from msgspec.structs import replace

from mobius.engine.state import RunState

LARGE = 4096
"""From how many characters of JSON on a value is large."""
MARK = "\x01"
MAX_LEVELS = 8
"""How many levels deep large values refer to others; each level is one more query."""
_REFERENCE = re.compile(r'\x01["\[{]([0-9a-f]{64}):(\d+)\x01')
_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder().decode


@dataclass(eq=False, slots=True)
class LargeValue:
    """A large value, in memory and as it is stored."""

    value: Any
    hash: str
    reference: Raw
    parts: tuple[LargeValue, ...]
    """Those that it refers to itself."""
    text: str | None
    """What is to be stored; None: it is."""

    @property
    def levels(self) -> int:
        """How many levels of large values it is made of."""
        return 1 + max((part.levels for part in self.parts), default=0)


Known: TypeAlias = Mapping[int, LargeValue]
"""Large values of a run by the identity of the object in memory, which nobody changes."""


def known_of(values: Iterable[LargeValue]) -> dict[int, LargeValue]:
    """Return these values and all that they refer to."""
    known: dict[int, LargeValue] = {}
    left = list(values)
    while left:
        large = left.pop()
        if id(large.value) not in known:
            known[id(large.value)] = large
            left += large.parts
    return known


def is_object(text: str) -> bool:
    """Tell whether JSON text is that of an object, also one that is referred to."""
    return text.startswith(("{", MARK + "{"))


def full_size(text: str) -> int:
    """Return how many characters a text has with all values in their places."""
    if MARK not in text:
        return len(text)
    return len(text) + sum(int(match[2]) - len(match[0]) for match in _REFERENCE.finditer(text))


def referred_to(text: str) -> set[str]:
    """Return the hashes of what a text refers to."""
    return {match[1] for match in _REFERENCE.finditer(text)} if MARK in text else set()


def in_full(text: str, stored: Mapping[str, str]) -> str:
    """Return a text with all values in their places; `stored` has their texts by their hashes."""
    if MARK not in text:
        return text
    return _REFERENCE.sub(lambda match: in_full(stored[match[1]], stored), text)


def shortened(value: Any, run_id: str, known: Known) -> tuple[str, list[LargeValue]]:
    """Return the JSON of a value that comes into the run, with references, and what these newly refer to."""
    shortening = _Shortening(run_id, known)
    try:
        text = _encode(shortening.short(value, []))
    except RecursionError:  # nothing has to be short
        return _encode(value).decode(), []
    return text.decode(), shortening.new


class _Shortening:
    def __init__(self, run_id: str, known: Known) -> None:
        self.new: list[LargeValue] = []
        self._run_id = run_id
        self._known = known

    def short(self, value: Any, parts: list[LargeValue]) -> Any:
        """Return what stands in the place of `value`, and note in `parts` what that refers to."""
        kind = type(value)
        if kind not in (str, list, dict) or (kind is str and len(value) < LARGE):
            return value
        large = self._known.get(id(value))
        if large is None:
            text = _encode(value)
            if len(text) < LARGE:
                return Raw(text)
            own_parts: list[LargeValue] = []
            short = text if kind is str else _encode(self._inner(value, own_parts))
            if len(short) < LARGE or any(part.levels == MAX_LEVELS for part in own_parts):
                parts += own_parts
                return Raw(short)
            large = self._put_aside(value, short, len(text.decode()), own_parts)
        parts.append(large)
        return large.reference

    def _inner(self, value: Any, parts: list[LargeValue]) -> Any:
        if isinstance(value, list):
            return [self.short(inner, parts) for inner in value]
        return {name: self.short(inner, parts) for name, inner in value.items()}

    def _put_aside(self, value: Any, short: bytes, size: int, parts: list[LargeValue]) -> LargeValue:
        digest = hashlib.sha256(b"%s/%s" % (self._run_id.encode(), short)).hexdigest()
        reference = Raw(b"\x01%c%s:%d\x01" % (short[0], digest.encode(), size))
        large = LargeValue(value, digest, reference, tuple(parts), short.decode())
        self.new.append(large)
        return large


def text_of(value: Any, known: Known) -> str:
    """Return the JSON of a value with references to what is known of it."""
    if known:
        try:
            return _encode(referring(value, known, {})).decode()
        except RecursionError:  # nothing has to be short
            pass
    return _encode(value).decode()


def referring(value: Any, known: Known, used: dict[int, LargeValue]) -> Any:
    """Return `value` with references in place of what is known of it; note that in `used`."""
    large = known.get(id(value))
    if large is not None:
        used[id(value)] = large
        return large.reference
    if type(value) is dict:
        return {name: referring(inner, known, used) for name, inner in value.items()}
    if type(value) in (list, tuple):
        return [referring(inner, known, used) for inner in value]
    return value


def text_of_state(state: RunState, known: Known, facts: tuple[Any, ...]) -> tuple[str, dict[int, LargeValue]]:
    """Return the JSON of a state with references, and what is still known: what it and `facts` hold.

    What is not known yet stands in full: the state is written over and over, and what is put aside stays.
    """
    if not known:
        return _encode(state).decode(), {}
    used: dict[int, LargeValue] = {}
    try:
        branches = {
            name: replace(branch, variables=referring(branch.variables, known, used))
            for name, branch in state.branches.items()
        }
        kept, result = referring(state.kept, known, used), referring(state.result, known, used)
        text = _encode(replace(state, branches=branches, kept=kept, result=result))
        referring(facts, known, used)
    except RecursionError:
        return _encode(state).decode(), dict(known)
    return text.decode(), known_of(used.values())


class Restoring:
    """Brings texts back into memory, where what is large exists once and is known.

    `stored` has the texts, by their hashes, of what is not known yet.
    """

    def __init__(self, stored: Mapping[str, str], known: Iterable[LargeValue] = ()) -> None:
        self._stored = stored
        self._large = {large.hash: large for large in known}

    @property
    def known(self) -> Known:
        """What the texts so far have referred to."""
        return known_of(self._large.values())

    def value(self, text: str) -> Any:
        """Return the value of a text."""
        if MARK not in text:
            return _decode(text)
        stand_in = _absent_from(text)
        parts: dict[str, LargeValue] = {}

        def name(match: re.Match[str]) -> str:
            named = f"{stand_in}{len(parts)}"
            parts[named] = self._restored(match)
            return f'"{named}"'

        return _replaced(_decode(_REFERENCE.sub(name, text)), parts)

    def state(self, text: str) -> RunState:
        """Return the state of a text."""
        return msgspec.convert(self.value(text), RunState)

    def _restored(self, reference: re.Match[str]) -> LargeValue:
        digest = reference[1]
        large = self._large.get(digest)
        if large is None:
            text = self._stored[digest]
            value = self.value(text)
            parts = tuple(self._large[part] for part in referred_to(text))
            large = LargeValue(value, digest, Raw(reference[0].encode()), parts, None)
            self._large[digest] = large
        return large


def _absent_from(text: str) -> str:
    """Return a text of letters and digits that is nowhere in `text`, and so in no string of its JSON."""
    while (candidate := secrets.token_hex(16)) in text:
        pass
    return candidate


def _replaced(value: Any, parts: Mapping[str, LargeValue]) -> Any:
    """Return a decoded value with the strings that are named in `parts` replaced; it is changed in place."""
    root = [value]
    left: list[Any] = [root]
    while left:
        container = left.pop()
        places = container.items() if type(container) is dict else enumerate(container)
        for place, inner in places:
            if type(inner) is str:
                if inner in parts:
                    container[place] = parts[inner].value
            elif type(inner) in (dict, list):
                left.append(inner)
    return root[0]
