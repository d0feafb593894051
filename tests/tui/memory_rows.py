"""Threads and messages for the desk in memory."""

# ruff: noqa: E501  the rows below read best one a line

from __future__ import annotations

from dataclasses import replace

from carecli.desk.conversations.rows import MessageView
from carecli.desk.threads.rows import ChannelStatus, ThreadRow
from carecli.domain.model import (
    HOUR,
    MINUTE,
    SECOND,
    Colour,
    ContactPoint,
    Direction,
    MessageId,
    Millis,
    OutboxState,
    ThreadId,
    Visibility,
)

NOW: Millis = 1_767_275_460_000  # Thu 1 Jan 2026 13:51 UTC


def message(number: int, text: str, at: Millis, **fields: object) -> MessageView:
    """A message with everything else as usual."""
    whole = MessageView(
        MessageId(number), Direction.INBOUND, "María González", text, at, at, Visibility.VISIBLE,
        False, False, False, False, 0, f"https://example.org/m/{number}", (), None, True,
    )  # fmt: skip
    return replace(whole, **fields)  # type: ignore[arg-type]  # the caller names fields of it


def row(number: int, **fields: object) -> ThreadRow:
    """A waiting thread with everything else as usual."""
    whole = ThreadRow(
        ThreadId(number), Colour.GREEN, "rules", ContactPoint.COMMENT, "vichy", "vichy",
        "post · Vichy México", f"Person {number}", f"Text of thread {number}", 1, True,
        NOW - HOUR, NOW + 23 * HOUR, None, NOW - HOUR, "", "care", False, False, None, "", None,
        None, message_at=NOW - HOUR,
    )  # fmt: skip
    return replace(whole, **fields)  # type: ignore[arg-type]  # the caller names fields of it


def sample() -> list[ThreadRow]:
    dm, ad = ContactPoint.PRIVATE_MESSAGE, ContactPoint.AD_COMMENT
    red, yellow = Colour.RED, Colour.YELLOW
    messenger = "Messenger · La Roche-Posay MX"
    told = [
        row(1, colour=red, author="María González", point=dm, place=messenger, message_count=3,
            excerpt="Me salió una alergia horrible con el Anthelios, tengo la cara hinchada 😢 y no sé "
            "qué hacer, ayúdenme por favor", deadline=NOW - 12 * MINUTE, is_flagged=True,
            assignee="Ana", team="contact_centre", window_until=NOW + 5 * HOUR, labels=("allergy",)),
        row(2, colour=red, author="Karla Ruiz", excerpt="Son un fraude, ya avisé a Profeco y a todos"
            " mis seguidores", deadline=NOW + 41 * MINUTE + 7 * SECOND, team="communication"),
        row(3, colour=red, author="diario_belleza", point=ContactPoint.MENTION, assignee="Priya",
            place="mention · Instagram", excerpt="¿Qué responde @larocheposaymx a la denuncia por…?",
            deadline=NOW + HOUR + 41 * MINUTE, is_flagged=True, claimed_by="Kasia"),
        row(4, colour=yellow, author="Agnieszka Nowak", point=dm, place="Messenger · Avon Polska",
            message_count=2, excerpt="Paczka przyszła uszkodzona, flakon rozlany. Co mam zrobić?",
            deadline=NOW + HOUR + 2 * MINUTE, team="specialists"),
        row(5, colour=yellow, author="Lupita Hdz", place="post · La Roche-Posay MX", assignee="Ana",
            excerpt="Compré el Effaclar y llegó sin sello, ¿es original?",
            deadline=NOW + 3 * HOUR + 22 * MINUTE, sending=OutboxState.FAILED),
        row(6, colour=yellow, author="Zofia W.", point=ad, place="ad · Avon Polska",
            excerpt="Kolejny raz nie dostałam rabatu z reklamy :(", deadline=NOW + 5 * HOUR),
        row(7, author="Paweł Kania", point=dm, place="Messenger · Avon Polska", colour_by="",
            excerpt="Dzień dobry, gdzie kupię katalog 12?", deadline=NOW + 6 * HOUR + 12 * MINUTE),
        row(8, author="Iwona", place="contest · Avon Polska", is_boosted=True, assignee="Piotr",
            excerpt="KONKURS! Biorę udział 🎉", deadline=NOW + 11 * HOUR + 40 * MINUTE),
        row(9, author="Daniela Soto", message_count=4, place="post · Vichy México", has_draft=True,
            excerpt="¿Sirve para piel grasa? Tengo 34 años 👩‍🔬", deadline=NOW + 13 * HOUR),
        row(10, author="Renata P.", point=dm, place="Instagram DM · Vichy México", message_count=2,
            excerpt="Gracias!! me encantó, lo recomiendo mucho ❤️", sending=OutboxState.QUEUED),
        row(11, author="Lider Kasia", point=ContactPoint.GROUP_POST, place="group · Liderki Avon",
            message_count=6, excerpt="Dziewczyny, kiedy start kampanii 13?"),
        row(12, author="Jorge M", point=ad, place="ad · La Roche-Posay MX", excerpt="precio?",
            snoozed_until=NOW + HOUR, deadline=NOW + 30 * HOUR),
    ]  # fmt: skip
    return told + [row(number, deadline=NOW + (20 + number) * HOUR) for number in range(13, 61)]


CHANNELS = (
    ChannelStatus("lrp-fb", "La Roche-Posay MX", "lrp", "facebook", NOW - 12 * SECOND,
                  "", "", None, False, 0.2, "", 0),
    ChannelStatus("lrp-club", "Club LRP", "lrp", "manual", NOW - 12 * SECOND,
                  "", "", None, False, 0.0, "", 0),
)  # fmt: skip
