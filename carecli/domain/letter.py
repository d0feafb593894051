"""A mail to another team as it waits to be sent: addresses, subject, text."""

from __future__ import annotations

from collections.abc import Sequence

_TO = "To: "


def with_recipients(letter: str, to: Sequence[str]) -> str:
    r"""A letter with the addresses that it goes to; without any it goes to the mailbox's own.

    >>> addressed("Subject", ["a@x.test", "b@x.test"])
    'To: a@x.test, b@x.test\nSubject'
    """
    return f"{_TO}{', '.join(to)}\n{letter}" if to else letter


def split_letter(letter: str) -> tuple[tuple[str, ...], str]:
    r"""The addresses of a letter, and the letter without them.

    >>> parted("To: a@x.test, b@x.test\nSubject")
    (('a@x.test', 'b@x.test'), 'Subject')
    """
    first, _line, rest = letter.partition("\n")
    if not first.startswith(_TO):
        return (), letter
    return tuple(one.strip() for one in first.removeprefix(_TO).split(",")), rest
