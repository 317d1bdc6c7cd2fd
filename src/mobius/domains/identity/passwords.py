"""Passwords: what is a good one, and argon2id beside the loop, a few at a time."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from mobius.api.errors import Invalid, Unavailable

if TYPE_CHECKING:
    from collections.abc import Callable

Result = TypeVar("Result")

SHORTEST = 12
LONGEST = 1_000
AT_ONCE = 2
"""Each takes 64 MiB and a core for about a tenth of a second."""
MOST_WAITING = 64
# The hash of no password, with the same cost as every other: who asks for nobody waits as long.
_NOBODYS = "$argon2id$v=19$m=65536,t=3,p=1$bm9ib2R5IGlzIGhlcmU$/VXQCNIAPdZ0RBMJ337V7XxiHEUtQ9Dm57VQZiXYzdA"


def checked_password(password: str, *others: str) -> str:
    """The password, or `Invalid` when it is too short, too long, or one of the other texts."""
    if not SHORTEST <= len(password) <= LONGEST:
        raise Invalid(f"password: {len(password)} characters; use {SHORTEST} to {LONGEST}")
    if password.casefold() in {other.casefold() for other in others}:
        raise Invalid("password: it is the name or the address; choose something that nobody can guess")
    return password


class Passwords:
    """Hashes and compares, in threads of its own."""

    def __init__(self) -> None:
        self._hasher = PasswordHasher(time_cost=3, memory_cost=64 * 1024, parallelism=1)
        self._threads = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="passwords")
        self._waiting = 0

    async def hash(self, password: str) -> str:
        """What is stored of a password."""
        return await self._beside(self._hasher.hash, password)

    async def matches(self, stored: str | None, password: str) -> bool:
        """Whether it is the password that is stored; without any it takes as long to say no."""
        return await self._beside(self._verify, stored, password)

    def close(self) -> None:
        """Ends the threads."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _verify(self, stored: str | None, password: str) -> bool:
        try:
            self._hasher.verify(stored or _NOBODYS, password)
        except (VerificationError, InvalidHashError):
            return False
        return stored is not None

    async def _beside(self, work: Callable[..., Result], *args: str | None) -> Result:
        if self._waiting >= MOST_WAITING:
            raise Unavailable("overloaded", "too many passwords are being checked; try again")
        self._waiting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, work, *args)
        finally:
            self._waiting -= 1
