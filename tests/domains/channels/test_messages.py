from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.domains.channels.talk import Talk
from tests.domains.conversation import answered, refused
from tests.harness.server import ServerProcess


def _ids(messages: list[dict[str, Any]]) -> list[str]:
    return [message["id"] for message in messages]


def test_a_message_is_shown_as_it_was_posted(server: ServerProcess) -> None:
    owner = Talk.of_owner(server)
    channel = owner.create()
    fields = {"display": "card", "type": "ai.response", "metadata": {"model": "none", "tokens": [1, 2.5]}}
    posted = owner.post(channel, "# Hello\n\u2603", **fields)
    assert posted.items() >= {**fields, "content": "# Hello\n\u2603", "channel_id": channel["id"]}.items()
    assert (posted["sender_type"], posted["sender_id"]) == ("member", channel["created_by"])
    assert (posted["pinned"], posted["edited_at"], posted["reply_to"]) == (False, None, None)
    assert answered(owner.call("GET", f"/{channel['id']}/messages/{posted['id']}"), 200) == posted
    assert owner.messages(channel) == [posted]


def test_defaults_of_a_message(server: ServerProcess) -> None:
    owner = Talk.of_owner(server)
    posted = owner.post(owner.create())
    assert (posted["display"], posted["type"], posted["metadata"]) == ("message", "user.message", {})


@pytest.mark.parametrize(
    ("field", "value", "status", "code"),
    [
        ("content", " \n", 400, "validation_failed"),
        ("content", "\u2603" * (32 * 1024 // 3 + 1), 413, "too_large"),
        ("metadata", {"x": "y" * 16 * 1024}, 413, "too_large"),
        ("type", "message", 400, "validation_failed"),
        ("type", "user..message", 400, "validation_failed"),
        ("type", "user." + "x" * 100, 400, "validation_failed"),
        ("display", "banner", 400, "validation_failed"),
        ("reply_to", "msg_unknown", 400, "validation_failed"),
        ("sender_session_id", "ses_unknown", 400, "validation_failed"),
    ],
)
def test_what_no_message_can_hold_is_refused(
    server: ServerProcess, field: str, value: object, status: int, code: str
) -> None:
    owner = Talk.of_owner(server)
    channel = owner.create()
    body = {"content": "hello", field: value}
    error = refused(owner.call("POST", f"/{channel['id']}/messages", body), status, code)
    assert field in error["message"]
    assert owner.messages(channel) == []


def test_a_message_answers_one_of_its_own_channel_only(server: ServerProcess) -> None:
    owner = Talk.of_owner(server)
    here, elsewhere = owner.create(), owner.create()
    parent = owner.post(elsewhere)
    body = {"content": "hello", "reply_to": parent["id"]}
    refused(owner.call("POST", f"/{here['id']}/messages", body), 400, "validation_failed")
    refused(owner.call("GET", f"/{here['id']}/messages/{parent['id']}"), 404, "not_found")
    body = {"content": "changed"}
    refused(owner.call("PATCH", f"/{here['id']}/messages/{parent['id']}", body), 404, "not_found")


def test_each_filter_and_each_combination_finds_its_messages(server: ServerProcess) -> None:
    owner = Talk.of_owner(server)
    channel = owner.create()
    parents = [owner.post(channel) for _ in range(2)]
    replies = [owner.post(channel, reply_to=parents[number % 2]["id"]) for number in range(6)]
    sender = channel["created_by"]
    for message in (parents[0], replies[0], replies[1]):
        answered(owner.change(message, pinned=True), 200)
    pinned, thread = {parents[0]["id"], replies[0]["id"], replies[1]["id"]}, {"reply_to": parents[0]["id"]}
    in_thread = _ids(replies[4::-2])
    for who in ({}, {"sender_id": sender}):
        assert _ids(owner.messages(channel, **who, limit=3)) == _ids(replies[::-1] + parents[::-1])
        assert _ids(owner.messages(channel, **who, **thread, limit=1)) == in_thread
        assert set(_ids(owner.messages(channel, **who, pinned="true", limit=2))) == pinned
        assert not pinned & set(_ids(owner.messages(channel, **who, pinned="false", limit=2)))
        assert len(owner.messages(channel, **who, pinned="false")) == 5
        assert _ids(owner.messages(channel, **who, **thread, pinned="true")) == [replies[0]["id"]]
        assert _ids(owner.messages(channel, **who, **thread, pinned="false")) == in_thread[:-1]
    for other in ({"sender_id": "usr_other"}, {"reply_to": "msg_other"}):
        for pins in ({}, {"pinned": "true"}, {"pinned": "false"}):
            assert owner.messages(channel, **other, **pins) == []


def test_a_cursor_belongs_to_its_channel_and_its_filter(server: ServerProcess) -> None:
    owner = Talk.of_owner(server)
    channel, other = owner.create(), owner.create()
    for _ in range(2):
        owner.post(channel)
        owner.post(other)
    cursor = owner.page(channel, limit=1)["next_cursor"]
    refused(owner.call("GET", f"/{other['id']}/messages", cursor=cursor), 400, "bad_cursor")
    refused(owner.call("GET", f"/{channel['id']}/messages", cursor=cursor, pinned="false"), 400, "bad_cursor")


def test_pages_neither_repeat_nor_omit_what_stood_there_while_others_post(server: ServerProcess) -> None:
    owner = Talk.of_owner(server)
    channel = owner.create()
    before = [owner.post(channel, str(number))["id"] for number in range(20)][::-1]
    with ThreadPoolExecutor(4) as threads:
        posting = [threads.submit(owner.post, channel, "meanwhile") for _ in range(40)]
        walks = [_ids(owner.messages(channel, limit=7)) for _ in range(5)]
        meanwhile = {one.result()["id"] for one in posting}
    final = _ids(owner.messages(channel, limit=7))
    assert set(final) == meanwhile | set(before)
    assert len(final) == 60
    for walk in walks:
        # A page shows a moment: what it shows is one stretch of the final order, up to its end.
        assert walk == final[len(final) - len(walk) :]


def test_an_edit_changes_what_it_names_and_says_when(server: ServerProcess) -> None:
    owner = Talk.of_owner(server)
    posted = owner.post(owner.create(), "before", metadata={"a": 1})
    edited = answered(owner.change(posted, content="after"), 200)
    assert (edited["content"], edited["metadata"]) == ("after", {"a": 1})
    assert edited["edited_at"] >= posted["created_at"]
    again = answered(owner.change(posted, metadata=None), 200)
    assert (again["content"], again["metadata"]) == ("after", {})
    assert again["edited_at"] > edited["edited_at"]
    refused(owner.change(posted, content=""), 400, "validation_failed")
    refused(owner.change(posted, content="x" * (32 * 1024 + 1)), 413, "too_large")
    refused(owner.change(posted, sender_id="usr_other"), 400, "validation_failed")
    assert answered(owner.change(posted), 200) == again


def test_a_pin_says_by_whom_and_is_no_edit(server: ServerProcess) -> None:
    owner = Talk.of_owner(server)
    channel = owner.create()
    posted = owner.post(channel)
    pinned = answered(owner.change(posted, pinned=True), 200)
    assert pinned == {**posted, "pinned": True, "pinned_by": channel["created_by"]}
    assert answered(owner.change(posted, pinned=True), 200) == pinned
    assert answered(owner.change(posted, pinned=False), 200) == posted


def test_a_hundred_messages_can_be_pinned(server: ServerProcess) -> None:
    owner = Talk.of_owner(server)
    channel = owner.create()
    posted = [owner.post(channel) for _ in range(101)]
    for message in posted[:100]:
        answered(owner.change(message, pinned=True), 200)
    refused(owner.change(posted[100], pinned=True), 409, "too_many_pinned")
    answered(owner.change(posted[0], pinned=False, content="not any more"), 200)
    answered(owner.change(posted[100], pinned=True), 200)


def test_edits_and_pins_at_the_same_time_are_all_kept(server: ServerProcess) -> None:
    owner = Talk.of_owner(server)
    posted = owner.post(owner.create())
    changes = [{"content": "edited"}, {"pinned": True}, {"metadata": {"seen": True}}]
    with ThreadPoolExecutor(3) as threads:
        for answer in threads.map(lambda change: owner.change(posted, **change), changes):
            answered(answer, 200)
    [now] = owner.messages({"id": posted["channel_id"]})
    assert (now["content"], now["pinned"], now["metadata"]) == ("edited", True, {"seen": True})


def test_a_repeated_request_posts_once(server: ServerProcess) -> None:
    owner = Talk.of_owner(server)
    channel = owner.create()
    where = f"/projects/{owner.project}/channels/{channel['id']}/messages"
    answers = [
        answered(owner.http.post(where, json={"content": "once"}, headers={"Idempotency-Key": "k"}), 201)
        for _ in range(2)
    ]
    assert owner.messages(channel) == answers[:1] == answers[1:]
