"""The text form of a mail to another team in the outbox: addresses, subject, text."""

from __future__ import annotations

from collections.abc import Sequence

_TO = "To: "


def with_recipients(letter: str, to: Sequence[str]) -> str:
    r"""Put the addresses in front of a letter; without any it goes to the mailbox's default ones.

    >>> addressed("Subject", ["a@x.test", "b@x.test"])
    'To: a@x.test, b@x.test\nSubject'
    """
    return f"{_TO}{', '.join(to)}\n{letter}" if to else letter


def split_letter(letter: str) -> tuple[tuple[str, ...], str]:
    r"""The addresses of a letter, and the letter without them.

    >>> split_letter("To: a@x.test, b@x.test\nSubject")
    (('a@x.test', 'b@x.test'), 'Subject')
    """
    first, _line, rest = letter.partition("\n")
    if not first.startswith(_TO):
        return (), letter
    return tuple(address.strip() for address in first.removeprefix(_TO).split(",")), rest
