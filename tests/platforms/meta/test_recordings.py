"""Every recorded payload gives the events of its golden file.

`CARECLI_GOLDEN=write pytest tests/platforms/meta/test_recordings.py` writes the golden files
anew; read the difference before committing it.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from carecli.domain.events import MessageSeen, MessageWithdrawn, Unrecognised
from tests.platforms.meta.recordings import (
    CONSTRUCTED,
    FOLDER,
    GOLDEN,
    RECORDED,
    name_of,
    read,
    told,
)

WRITES = os.environ.get("CARECLI_GOLDEN") == "write"


@pytest.mark.parametrize("path", [*RECORDED, *CONSTRUCTED], ids=name_of)
def test_a_recording_gives_its_golden_events(path: Path) -> None:
    events = [told(event) for event in read(path).events]
    golden = GOLDEN / f"{name_of(path)}.json"
    text = json.dumps(events, indent=1, ensure_ascii=False) + "\n"
    if WRITES:
        golden.parent.mkdir(parents=True, exist_ok=True)
        golden.write_text(text, encoding="utf-8")
    assert json.loads(golden.read_text(encoding="utf-8")) == json.loads(text)


def test_there_is_a_golden_file_for_each_recording_and_no_other() -> None:
    names = {
        golden.relative_to(GOLDEN).with_suffix("").as_posix() for golden in GOLDEN.rglob("*.json")
    }
    assert names == {name_of(path) for path in (*RECORDED, *CONSTRUCTED)}
    assert len(RECORDED) == 91


def test_every_recording_is_named_with_its_licence() -> None:
    sources = (FOLDER / "SOURCES.md").read_text(encoding="utf-8")
    assert all(f"| {name_of(path)}.json |" in sources for path in RECORDED)
    assert {path.name for path in (FOLDER / "licences").iterdir()} == {
        "apache-2.0.txt",
        "chatwoot.txt",
        "restfb.txt",
    }


@pytest.mark.parametrize("path", RECORDED, ids=name_of)
def test_what_is_kept_holds_no_token(path: Path) -> None:
    kept = read(path).raw
    assert b"access_token=access_token" not in kept
    assert b'"access_token":"access_token"' not in kept


def test_reading_twice_gives_the_same() -> None:
    assert all(read(path) == read(path) for path in RECORDED)


def seen(name: str) -> list[MessageSeen]:
    events = read(FOLDER / name).events
    return [event for event in events if isinstance(event, MessageSeen)]


def test_withheld_ids_are_taken_from_the_links() -> None:
    comments = seen("facebook/comments/comments_page1_ids_withheld.json")
    assert len(comments) == 10
    reply = next(c for c in comments if c.platform_id == "10158409983033553")
    assert (reply.thread, reply.parent) == ("10158407903973553", "10158407903973553")
    assert reply.address == "10158407654328553_10158409983033553"


def test_the_pages_own_comment_is_ours_and_a_nameless_one_is_kept() -> None:
    question, answer, nameless = seen("constructed/comments_stream_with_replies.json")
    assert not question.is_ours
    assert answer.is_ours
    assert answer.thread == question.thread == "1"
    assert nameless.author is None
    assert nameless.hidden is True


def test_rest_and_webhook_name_a_conversation_alike() -> None:
    rest = seen("constructed/conversations_list_ms_fields.json")
    webhook = seen("facebook/webhooks/messaging-message-basic.json")
    assert {message.thread for message in rest} == {"dm:555"}
    assert webhook[0].thread == "dm:987654321432"


def test_our_outbox_key_comes_back_in_the_echo() -> None:
    (echo,) = seen("facebook/webhooks/messaging-message-basic-echo.json")
    assert echo.is_ours
    assert echo.ours_key == "DEVELOPER_DEFINED_METADATA_STRING"


def test_an_unsent_message_is_withdrawn() -> None:
    for name in (
        "facebook/webhooks/messaging-message-isdeleted.json",
        "instagram/webhooks/messaging_unsend.json",
    ):
        (event,) = read(FOLDER / name).events
        assert isinstance(event, MessageWithdrawn)


def test_what_nobody_knows_is_counted() -> None:
    events = read(FOLDER / "facebook/webhooks/feed-two-entries-25.json").events
    assert [type(event) for event in events] == [Unrecognised, Unrecognised]
