"""A manual entry: text copied from a place without an API."""

from __future__ import annotations

from dataclasses import dataclass

from carecli.domain.model import ContactPoint


@dataclass(frozen=True, slots=True)
class ManualEntry:
    """What a person wrote somewhere, as a moderator types it in.

    `written` is when it was written, as `domain.days.moment_of` reads it ("" is now); deadlines and
    reports count from then. `place` names where it stands, e.g. "WhatsApp", "TikTok" or a group.
    Without a `link` the thread is that of the author at this place.
    """

    text: str
    link: str = ""
    author: str = ""
    written: str = ""
    point: ContactPoint = ContactPoint.GROUP_POST
    place: str = ""
