from __future__ import annotations

from typing import Any

from tests.domains.channels.talk import Talk
from tests.domains.conversation import answered, refused
from tests.harness.server import ServerProcess


def _mark(who: Talk, channel: dict[str, Any], **changes: Any) -> Any:
    return answered(who.call("PATCH", f"/{channel['id']}/membership", changes), 200)


def test_mute_and_star_are_kept(server: ServerProcess) -> None:
    owner = Talk.of_owner(server)
    channel = owner.create()
    assert _mark(owner, channel, muted=True)["muted"] is True
    changed = _mark(owner, channel, starred=True)
    assert (changed["muted"], changed["starred"], changed["unread_count"]) == (True, True, 0)
    assert answered(owner.call("GET", f"/{channel['id']}/membership"), 200) == changed


def test_read_marks_never_move_back(server: ServerProcess) -> None:
    owner = Talk.of_owner(server)
    channel = owner.create()
    posted = [owner.post(channel)["id"] for _ in range(3)]
    assert _mark(owner, channel, last_read_message_id=posted[1])["last_read_message_id"] == posted[1]
    assert _mark(owner, channel, last_read_message_id=posted[0])["last_read_message_id"] == posted[1]
    assert _mark(owner, channel, last_read_message_id=posted[2])["last_read_message_id"] == posted[2]


def test_a_read_mark_names_a_message_of_the_channel(server: ServerProcess) -> None:
    owner = Talk.of_owner(server)
    channel, other = owner.create(), owner.create()
    elsewhere = owner.post(other)["id"]
    body = {"last_read_message_id": elsewhere}
    refused(owner.call("PATCH", f"/{channel['id']}/membership", body), 400, "validation_failed")
    refused(owner.call("PATCH", f"/{channel['id']}/membership", {"role": "admin"}), 400, "validation_failed")


def test_own_messages_are_not_unread(server: ServerProcess) -> None:
    owner = Talk.of_owner(server)
    channel = owner.create()
    owner.post(channel)
    assert answered(owner.call("GET", f"/{channel['id']}/membership"), 200)["unread_count"] == 0
