"""Requests of workers and of others do not take each other's places."""

from __future__ import annotations

import asyncio

import pytest

from mobius.api.settings import Settings
from mobius.server.admission import SECOND_SHARE, Admission, Overloaded, Place

SETTINGS = Settings(max_requests_at_work=2 * SECOND_SHARE, max_requests_queued=1)


def at_work(admission: Admission, *, first: bool) -> list[Place]:
    """Take places until there are no more."""
    places: list[Place] = []
    while (place := Place(admission)).taken(first=first):
        places.append(place)
    return places


@pytest.mark.parametrize(("full", "places"), [(False, 2), (True, 2 * SECOND_SHARE)])
def test_who_has_all_places_of_a_kind_leaves_those_of_the_other(full: bool, places: int) -> None:
    admission = Admission(SETTINGS)
    assert len(at_work(admission, first=full)) == places
    assert not Place(admission).taken(first=full)
    assert Place(admission).taken(first=not full)


@pytest.mark.anyio
async def test_a_place_passes_on_to_the_next_in_line_and_a_full_line_refuses() -> None:
    admission = Admission(SETTINGS)
    here, *_ = at_work(admission, first=False)
    following, further = Place(admission), Place(admission)
    assert not following.taken(first=False)
    assert not further.taken(first=False)
    queued = asyncio.ensure_future(following.queue())
    await asyncio.sleep(0)
    with pytest.raises(Overloaded):
        await further.queue()
    here.leave()
    await queued
    assert not Place(admission).taken(first=False)
    following.leave()
    assert Place(admission).taken(first=False)


@pytest.mark.anyio
async def test_a_place_given_to_who_gives_up_in_that_moment_is_not_lost() -> None:
    admission = Admission(SETTINGS)
    here, *_ = at_work(admission, first=False)
    following = Place(admission)
    assert not following.taken(first=False)
    queued = asyncio.ensure_future(following.queue())
    await asyncio.sleep(0)
    here.leave()
    queued.cancel()
    with pytest.raises(asyncio.CancelledError):
        await queued
    following.leave()
    assert Place(admission).taken(first=False)
