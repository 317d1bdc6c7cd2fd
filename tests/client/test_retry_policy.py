"""What is repeated, how often, and what is not: against a scripted transport."""

from __future__ import annotations

import httpx
import pytest

from mobius.client import (
    ApiError,
    AsyncClient,
    Client,
    Conflict,
    ConnectionFailed,
    InvalidRequest,
    NotFound,
    RateLimited,
    RetryPolicy,
    ServerFailed,
)

QUICK = RetryPolicy(attempts=4, first_delay=0.001, max_delay=0.002)
PROJECT = {
    "id": "prj_1",
    "name": "Shop",
    "handle": "shop",
    "created_at": "2026-01-01T00:00:00.000000Z",
    "updated_at": "2026-01-01T00:00:00.000000Z",
}
Answer = httpx.Response | Exception


def scripted(*answers: Answer) -> tuple[httpx.MockTransport, list[httpx.Request]]:
    """A transport that gives the answers in turn, and the requests that it saw."""
    seen: list[httpx.Request] = []
    left = list(answers)

    def handle(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        answer = left.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    return httpx.MockTransport(handle), seen


def client_with(*answers: Answer, retry: RetryPolicy = QUICK) -> tuple[Client, list[httpx.Request]]:
    transport, seen = scripted(*answers)
    return Client("http://mobius.test", "mbx_key", "shop", retry=retry, transport=transport), seen


def problem(status: int, code: str, **headers: str) -> httpx.Response:
    return httpx.Response(status, json={"error": {"code": code, "message": "because"}}, headers=headers)


def test_server_faults_and_lost_connections_are_repeated() -> None:
    client, seen = client_with(
        problem(503, "unavailable"),
        httpx.ConnectError("refused"),
        problem(500, "internal"),
        httpx.Response(200, json=PROJECT),
    )
    assert client.get_project("shop").handle == "shop"
    assert len(seen) == 4


def test_a_repeated_post_carries_the_same_idempotency_key() -> None:
    client, seen = client_with(httpx.ReadError("reset"), httpx.Response(201, json=PROJECT))
    client.create_project("Shop")
    keys = {request.headers["idempotency-key"] for request in seen}
    assert len(seen) == 2
    assert len(keys) == 1


def test_different_posts_carry_different_idempotency_keys() -> None:
    client, seen = client_with(httpx.Response(201, json=PROJECT), httpx.Response(201, json=PROJECT))
    client.create_project("Shop")
    client.create_project("Shop")
    assert len({request.headers["idempotency-key"] for request in seen}) == 2


def test_a_claim_whose_answer_is_lost_is_not_repeated() -> None:
    client, seen = client_with(httpx.ReadError("reset"))
    with pytest.raises(ConnectionFailed, match="jobs/claim"):
        client.claim_job("w1")
    assert len(seen) == 1


def test_a_claim_that_never_reached_the_server_is_repeated() -> None:
    client, seen = client_with(httpx.ConnectError("refused"), httpx.Response(204))
    assert client.claim_job("w1") is None
    assert len(seen) == 2


def test_retry_after_is_a_lower_bound_of_a_pause_that_differs(monkeypatch: pytest.MonkeyPatch) -> None:
    pauses: list[float] = []
    monkeypatch.setattr("time.sleep", pauses.append)
    for _ in range(5):
        client, _ = client_with(
            problem(503, "overloaded", **{"Retry-After": "3"}), httpx.Response(200, json=PROJECT)
        )
        client.get_project("shop")
    assert all(3.0 < pause < 3.1 for pause in pauses)
    assert len(set(pauses)) == 5


def test_patience_ends_with_the_last_error() -> None:
    client, seen = client_with(*[problem(502, "bad_gateway")] * 4)
    with pytest.raises(ServerFailed) as caught:
        client.get_project("shop")
    assert caught.value.status == 502
    assert len(seen) == 4


def test_a_pause_beyond_the_time_limit_is_not_begun() -> None:
    client, seen = client_with(
        problem(429, "rate_limited", **{"Retry-After": "3600"}), retry=RetryPolicy(max_elapsed=60)
    )
    with pytest.raises(RateLimited) as caught:
        client.get_project("shop")
    assert caught.value.retry_after == 3600
    assert len(seen) == 1


@pytest.mark.parametrize(("status", "error"), [(400, InvalidRequest), (404, NotFound), (409, Conflict)])
def test_refusals_are_not_repeated(status: int, error: type[ApiError]) -> None:
    client, seen = client_with(problem(status, "why"))
    with pytest.raises(error) as caught:
        client.get_project("shop")
    assert (caught.value.code, caught.value.message) == ("why", "because")
    assert len(seen) == 1


def test_an_answer_that_is_no_json_is_explained() -> None:
    client, _ = client_with(httpx.Response(200, text="<html>login</html>"))
    with pytest.raises(ApiError, match="answered something unexpected"):
        client.get_project("shop")


def test_an_error_without_the_envelope_keeps_its_text() -> None:
    client, _ = client_with(httpx.Response(404, text="nginx says no"))
    with pytest.raises(NotFound, match="nginx says no"):
        client.get_project("shop")


@pytest.mark.parametrize("segment", ["", ".", ".."])
def test_an_id_cannot_leave_its_place_in_the_path(segment: str) -> None:
    client, seen = client_with()
    with pytest.raises(ValueError, match="cannot be an id"):
        client.get_project(segment)
    assert not seen


def test_an_id_is_escaped() -> None:
    client, seen = client_with(httpx.Response(200, json=PROJECT))
    client.get_project("../api-keys?x=1")
    assert seen[0].url.raw_path == b"/projects/..%2Fapi-keys%3Fx%3D1"


def test_options_change_a_copy() -> None:
    client, seen = client_with(
        httpx.Response(200, json={"items": []}), httpx.Response(200, json={"items": []})
    )
    client.with_options(project="other").list_workers()
    client.list_workers()
    assert [request.url.path for request in seen] == ["/projects/other/workers", "/projects/shop/workers"]


async def test_the_asynchronous_client_repeats_likewise() -> None:
    transport, seen = scripted(problem(503, "unavailable"), httpx.Response(200, json=PROJECT))
    async with AsyncClient("http://mobius.test", "mbx_key", retry=QUICK, transport=transport) as client:
        assert (await client.get_project("shop")).name == "Shop"
    assert len(seen) == 2


def test_all_pages_are_walked() -> None:
    rows = [{**PROJECT, "latest_version": 1, "id": f"wfl_{n}"} for n in range(3)]
    client, seen = client_with(
        httpx.Response(
            200, json={"items": rows[:2], "data": rows[:2], "has_more": True, "next_cursor": "c1"}
        ),
        httpx.Response(200, json={"data": rows[2:], "has_more": False}),
    )
    assert [workflow.id for workflow in client.iter_workflows(limit=2)] == ["wfl_0", "wfl_1", "wfl_2"]
    assert [request.url.query for request in seen] == [b"limit=2", b"cursor=c1&limit=2"]
