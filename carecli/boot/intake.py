"""Reads recorded payloads from files into the store, the same way as pulled ones."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from carecli.boot.channels import connector
from carecli.boot.inbox import context
from carecli.boot.rules import moderation
from carecli.boot.setup import Setup, now
from carecli.boot.store import open_store
from carecli.domain.errors import CareError, Refusal
from carecli.store import channels
from carecli.sync.ingest import ingest


@dataclass(frozen=True, slots=True)
class ImportedFile:
    """What one file held. `threads` counts those that changed."""

    file: str
    new_messages: int
    threads: int
    unrecognised: int


def import_files(setup: Setup, channel: str, files: list[Path]) -> list[ImportedFile]:
    """Read recorded API pages or webhook bodies as if the platform had just sent them.

    Each file is one transaction; one that cannot be read from disk stops before any is stored.
    """
    if channel not in setup.config.channels:
        known = ", ".join(setup.config.channels) or "none"
        raise Refusal(f"There is no channel {channel!r}.", hint=f"Known: {known}.")
    context(setup).check_may_decide()
    payloads = [(file, _bytes(file)) for file in files]
    reader = connector(setup, channel, with_token=False)
    database = open_store(setup)
    try:
        rules = moderation(setup)
        id_ = channels.ids(database.connection)[channel]
        found = []
        for file, raw in payloads:
            present = now()
            page = reader.read(raw, present)
            taken = ingest(database, id_, page, now=present, rules=rules)
            counts = (taken.new_messages, len(taken.threads), taken.unrecognised)
            found.append(ImportedFile(str(file), *counts))
        return found
    finally:
        database.close()


def _bytes(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise CareError(f"{file} cannot be read: {error.strerror}.") from error
