"""A picture as half blocks: two pixels per cell.

Pillow reads it, an optional package. A file is hostile until shown otherwise: only four formats are
tried, the size is judged before anything is unpacked, and whatever goes wrong becomes a sentence.
"""

from __future__ import annotations

import logging
import warnings
from pathlib import Path

from carecli.domain.errors import Refusal
from carecli.i18n import _

Pixel = tuple[int, int, int]
Rows = list[list[Pixel]]
"""Rows of pixels, an even number of them."""

PIXELS = 40_000_000
"""Width times height of a picture that is read: 8000 by 5000."""

_log = logging.getLogger(__name__)

FORMATS = ("PNG", "JPEG", "GIF", "WEBP")


def read_pixels(file: Path, columns: int, lines: int) -> Rows:
    """The picture's first frame, fitted into a terminal's cells; what is clear in it is black.

    Raises Refusal for what cannot be shown. May take a second: call it in a thread.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")  # a warning of Pillow's is a file not to be trusted
            return _decoded(file, columns, lines)
    except ImportError:
        raise Refusal(
            _("Showing pictures needs the package Pillow."),
            hint=_('Install it: pipx inject carecli pillow, or pip install "carecli[images]".'),
        ) from None
    except Refusal:
        raise
    except Exception as error:  # noqa: BLE001  a broken file fails in any way it likes
        _log.info("a picture cannot be read: %r", error)
        raise Refusal(
            _("The picture cannot be read. It is damaged or not one of {formats}.").format(
                formats=", ".join(FORMATS)
            ),
            hint=_("w opens it in the browser."),
        ) from None


def _decoded(file: Path, columns: int, lines: int) -> Rows:
    from PIL import Image, ImageOps

    with Image.open(file, formats=FORMATS) as picture:
        if picture.width * picture.height > PIXELS:
            raise Refusal(
                _("The picture is too large: {width} by {height}.").format(
                    width=picture.width, height=picture.height
                ),
                hint=_("w opens it in the browser."),
            )
        picture.draft("RGB", (columns * 2, lines * 4))
        shown = ImageOps.exif_transpose(picture).convert("RGBA")
    shown.thumbnail((columns, lines * 2))
    canvas = Image.new("RGB", (shown.width, shown.height + shown.height % 2))
    canvas.paste(shown, mask=shown)
    content, wide = canvas.tobytes(), canvas.width * 3
    return [
        [
            (content[at], content[at + 1], content[at + 2])
            for at in range(row * wide, (row + 1) * wide, 3)
        ]
        for row in range(canvas.height)
    ]
