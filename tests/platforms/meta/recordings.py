"""The recorded payloads, and which account reads them."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

from carecli.domain.events import Event
from carecli.platforms.base import Account, Connector, Page
from carecli.platforms.meta.facebook import FacebookPage
from carecli.platforms.meta.instagram import InstagramProfile

FOLDER = Path(__file__).parents[2] / "payloads" / "meta"
GOLDEN = FOLDER / "golden"
RECORDED = sorted((*FOLDER.glob("facebook/**/*.json"), *FOLDER.glob("instagram/**/*.json")))
CONSTRUCTED = sorted(FOLDER.glob("constructed/*.json"))
NOW = 1_700_000_000_000

PAGE = "2121008874780932"
PROFILE = "17841406338772941"
PAGE_OF = {
    "comment_can_hide.json": "123456789",
    "message_with_sticker.json": "123456789",
    "conversation_old_shape.json": "261743132120084",
    "post_with_embedded_comments.json": "4123",
    "comments_stream_with_replies.json": "1",
    "conversations_list_ms_fields.json": "1",
}
"""The page a recording was made for, where it is not the common one."""


def name_of(path: Path) -> str:
    return path.relative_to(FOLDER).with_suffix("").as_posix()


def reader_of(path: Path) -> Connector:
    """The connector of the account a recording belongs to."""
    if "instagram" in path.parts or path.name.startswith("ig_"):
        return InstagramProfile(Account("ig", "instagram", PROFILE, "token"))
    return FacebookPage(Account("fb", "facebook", PAGE_OF.get(path.name, PAGE), "token"))


def read(path: Path, raw: bytes | None = None) -> Page:
    return reader_of(path).read(path.read_bytes() if raw is None else raw, NOW)


def told(event: Event) -> dict[str, object]:
    """An event as JSON, without the fields that say nothing."""
    fields = {name: value for name, value in asdict(event).items() if value not in (None, "", ())}
    return {"event": type(event).__name__, **fields}
