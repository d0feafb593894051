"""Writes a file completely or not at all, and overwrites only when told to."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from carecli.domain.errors import CareError, Refusal
from carecli.i18n import _


def write_whole(file: Path, content: bytes, *, over: bool = False) -> None:
    """Write a file so that nobody ever sees half of it.

    Raises Refusal where there is one already and `over` is False; CareError where it cannot be
    written.
    """
    beside = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        try:
            with beside.open("xb") as opened:
                opened.write(content)
                opened.flush()
                os.fsync(opened.fileno())
            if over:
                beside.replace(file)
            else:
                _put_in_place(beside, file)
        finally:
            with suppress(FileNotFoundError):
                beside.unlink()
    except FileExistsError:
        raise Refusal(
            _("The file {file} already exists.").format(file=file),
            hint=_("Choose another name, or use --force."),
        ) from None
    except OSError as error:
        raise CareError(
            _("{file} cannot be written: {why}.").format(file=file, why=error.strerror or error),
            hint=_("Choose an existing folder that you can write to."),
        ) from error


def _put_in_place(beside: Path, file: Path) -> None:
    """Give it its name where nothing has that name yet."""
    try:
        file.hardlink_to(beside)
    except FileExistsError:
        raise
    except OSError:  # a file system without links
        if file.exists():
            raise FileExistsError(file) from None
        beside.rename(file)
