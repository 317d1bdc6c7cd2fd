"""Whether and when a job that failed is tried again, and which errors a name stands for."""

from collections.abc import Sequence
from datetime import timedelta

import msgspec

DEFAULT_BASE_DELAY = timedelta(seconds=1)
DEFAULT_BACKOFF_RATE = 2.0
LONGEST_DELAY = timedelta(days=365)
"""Keeps the due time of a retry a valid date when a policy sets no `max_delay`."""

FATAL = "fatal_error"
TIMEOUT = "timeout"


class RetryPolicy(msgspec.Struct, frozen=True):
    """One entry of a step's `retry` list; no `error_equals` stands for every error but a fatal one."""

    error_equals: tuple[str, ...] = ()
    max_retries: int = 0
    base_delay: timedelta = DEFAULT_BASE_DELAY
    max_delay: timedelta | None = None
    backoff_rate: float = DEFAULT_BACKOFF_RATE
    full_jitter: bool = False
    timeout: timedelta | None = None


class NextAttempt(msgspec.Struct, frozen=True):
    """A job is tried again after `delay`; the policy with the index `governing` decides about the rest."""

    delay: timedelta
    governing: int
    max_attempts: int


def matches(error_equals: Sequence[str], error_type: str) -> bool:
    """Tell whether one of the names stands for an error; no names at all stand for `all`."""
    return any(_stands_for(name, error_type) for name in error_equals or ("all",))


def _stands_for(name: str, error_type: str) -> bool:
    error = error_type.lower()
    match name.lower():
        case "all":
            return error != FATAL
        case "activity_failed":
            return error not in {FATAL, TIMEOUT}
        case "timeout" | "fatal_error" as built_in:
            return error == built_in
        case _:
            return name == error_type


def first_attempts(policies: Sequence[RetryPolicy]) -> int:
    """Return how many attempts a job may have, as long as no error has chosen the policy that governs."""
    return 1 + policies[0].max_retries if policies else 1


def attempt_timeout(policies: Sequence[RetryPolicy]) -> timedelta | None:
    """Return the limit of every attempt: that of the first policy that sets one."""
    return next((policy.timeout for policy in policies if policy.timeout is not None), None)


def next_attempt(
    policies: Sequence[RetryPolicy], governing: int | None, error_type: str, attempt: int, jitter: float
) -> NextAttempt | None:
    """Return the attempt that follows a failed one, or None when the failure is final.

    `attempt` counts the attempts that failed, this one included, lost leases not. `governing` is the policy
    that the first error chose (None: this is the first error). A later error is not matched again, except
    that a fatal one ends the sequence unless the policy names it. `jitter` is drawn from [0, 1).
    """
    chosen = _first_match(policies, error_type) if governing is None else governing
    if chosen is None or not 0 <= chosen < len(policies):
        return None
    policy = policies[chosen]
    if attempt > policy.max_retries:
        return None
    if error_type.lower() == FATAL and not matches(policy.error_equals, error_type):
        return None
    return NextAttempt(_delay(policy, attempt, jitter), chosen, 1 + policy.max_retries)


def _first_match(policies: Sequence[RetryPolicy], error_type: str) -> int | None:
    found = (n for n, policy in enumerate(policies) if matches(policy.error_equals, error_type))
    return next(found, None)


def _delay(policy: RetryPolicy, attempt: int, jitter: float) -> timedelta:
    limit = min(policy.max_delay or LONGEST_DELAY, LONGEST_DELAY)
    try:
        seconds = policy.base_delay.total_seconds() * policy.backoff_rate ** (attempt - 1)
    except OverflowError:
        seconds = limit.total_seconds()
    seconds = min(seconds, limit.total_seconds())
    return timedelta(seconds=seconds * jitter if policy.full_jitter else seconds)
