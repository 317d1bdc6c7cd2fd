"""Claims that wait, and those that come while others wait for the same."""

from __future__ import annotations

import pytest

from mobius.execution import waiting
from mobius.execution.claimant import Claimant
from mobius.execution.waiting import JobWaiters, job_hint
from mobius.store.wakeups import LocalWakeups

Q, R, ANY = frozenset({"q"}), frozenset({"r"}), frozenset[str]()


def test_a_look_in_vain_spares_others_theirs_until_there_is_a_hint() -> None:
    wakeups = LocalWakeups()
    waiters = JobWaiters(wakeups)
    with waiters.waiter("p", Q, ANY) as first, waiters.waiter("p", Q, ANY) as second:
        assert not second.would_look_in_vain()
        first.begin_to_look()
        first.found_nothing()
        assert second.would_look_in_vain()
        with waiters.waiter("p", R, ANY) as other, waiters.waiter("p", Q, R) as narrower:
            assert not other.would_look_in_vain()
            assert not narrower.would_look_in_vain()
        with waiters.waiter("another project", Q, ANY) as elsewhere:
            assert not elsewhere.would_look_in_vain()
        wakeups.publish(job_hint("p", "q", "act"))
        assert first.woken
        assert not second.would_look_in_vain()


def test_a_look_during_which_there_is_a_hint_spares_nobody_a_look() -> None:
    waiters = JobWaiters(LocalWakeups())
    with waiters.waiter("p", Q, ANY) as first, waiters.waiter("p", Q, ANY) as second:
        first.begin_to_look()
        waiters.wake("p", "q", "act")
        first.found_nothing()
        assert not second.would_look_in_vain()


def test_what_was_not_hinted_is_looked_for_after_a_second(monkeypatch: pytest.MonkeyPatch) -> None:
    waiters = JobWaiters(LocalWakeups())
    with waiters.waiter("p", Q, ANY) as first, waiters.waiter("p", Q, ANY) as second:
        first.begin_to_look()
        first.found_nothing()
        monkeypatch.setattr(waiting, "VAIN_SECONDS", 0.0)
        assert not second.would_look_in_vain()


def test_nothing_is_remembered_when_nobody_waits() -> None:
    waiters = JobWaiters(LocalWakeups())
    with waiters.waiter("p", Q, ANY) as first:
        first.begin_to_look()
        first.found_nothing()
    with waiters.waiter("p", Q, ANY) as later:
        assert not later.would_look_in_vain()


def test_looks_in_vain_for_ever_new_wishes_are_not_all_remembered() -> None:
    waiters = JobWaiters(LocalWakeups())
    with waiters.waiter("p", Q, ANY):
        for number in range(waiting.MOST_VAIN + 1):
            with waiters.waiter("p", frozenset({f"q{number}"}), ANY) as waiter:
                waiter.begin_to_look()
                waiter.found_nothing()
        assert len(waiters._waiting["p"].vain) <= waiting.MOST_VAIN


def test_a_job_on_a_closed_queue_wakes_the_one_it_is_open_to() -> None:
    waiters = JobWaiters(LocalWakeups())
    agent = Claimant("agt", None, frozenset())
    with (
        waiters.waiter("p", ANY, ANY, Claimant(closed=Q)) as anybody,
        waiters.waiter("p", Q, ANY, agent) as own,
    ):
        waiters.wake("p", "q", "act")
        assert (anybody.woken, own.woken) == (False, True)
        waiters.wake("p", "r", "act")
        assert anybody.woken


def test_an_unused_wake_up_is_not_handed_to_whom_the_queue_is_closed() -> None:
    waiters = JobWaiters(LocalWakeups())
    agent = Claimant("agt", None, frozenset())
    with (
        waiters.waiter("p", ANY, ANY, Claimant(closed=Q)) as anybody,
        waiters.waiter("p", Q, ANY, agent) as next,
    ):
        with waiters.waiter("p", Q, ANY, agent) as leaving:
            leaving.wake()
        assert (anybody.woken, next.woken) == (False, True)


def test_changed_agents_wake_only_those_who_gain_something_and_the_agents() -> None:
    waiters = JobWaiters(LocalWakeups())
    with (
        waiters.waiter("p", Q, ANY) as on_q,
        waiters.waiter("p", R, ANY) as on_r,
        waiters.waiter("p", ANY, ANY) as on_any,
        waiters.waiter("p", R, ANY, Claimant("agt", None, frozenset())) as agent,
        waiters.waiter("another project", Q, ANY) as elsewhere,
    ):
        waiters.close_queues("p", Q)
        assert agent.woken
        assert not any(one.woken for one in (on_q, on_r, on_any, elsewhere))
        waiters.wake("p", "q", "act")
        assert not any(one.woken for one in (on_q, on_any))
        waiters.close_queues("p", frozenset())
        assert [one.woken for one in (on_q, on_r, on_any, elsewhere)] == [True, False, True, False]
