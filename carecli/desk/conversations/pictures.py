"""Attached pictures, downloaded once into a folder of bounded size."""

from __future__ import annotations

import os
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from tempfile import NamedTemporaryFile

from carecli.domain.errors import Refusal
from carecli.i18n import _

Fetch = Callable[[str], bytes]

FILES = 100
BYTES = 100_000_000
"""What the folder may hold; the files used longest ago go first."""


class Pictures:
    """The folder, and what fetches what is not in it."""

    def __init__(self, folder: Path | None, fetch: Fetch | None) -> None:
        self._folder = folder
        self._fetch = fetch

    def file(self, url: str) -> Path:
        """The file of a picture; fetches it the first time, which may take seconds."""
        if self._folder is None or self._fetch is None:
            raise Refusal(
                _("Pictures cannot be downloaded here."), hint=_("w opens it in the browser.")
            )
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        file = self._folder / sha256(url.encode()).hexdigest()
        if file.exists():
            os.utime(file)
            return file
        content = self._fetch(url)
        with NamedTemporaryFile(dir=self._folder, prefix="new-", delete=False) as written:
            written.write(content)
        Path(written.name).replace(file)
        self._bound(file)
        return file

    def _bound(self, kept: Path) -> None:
        """Drop the files used longest ago while there is too much; never the newest."""
        assert self._folder is not None
        files = sorted(
            ((one, one.stat()) for one in self._folder.iterdir() if one != kept),
            key=lambda pair: pair[1].st_mtime,
            reverse=True,
        )
        count, size = 1, kept.stat().st_size
        for one, about in files:
            count, size = count + 1, size + about.st_size
            if count > FILES or size > BYTES:
                one.unlink(missing_ok=True)
