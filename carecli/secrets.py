"""Reads tokens from the place the configuration names; they are never shown.

A secret lives in the desktop's keyring, an environment variable or a file that only its owner can
read. Errors name the place, never what is in it.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping
from pathlib import Path

from carecli.config.values import SecretPlace
from carecli.domain.errors import SecretMissing

SERVICE = "carecli"
"""Under which the keyring keeps our tokens; the user name is the channel's key."""


class Secret:
    """A token that shows itself only to who asks for it by name: `secret.reveal()`."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        """The token itself, for the platform's connector and nobody else."""
        return self._text

    def __bool__(self) -> bool:
        return bool(self._text)

    def __repr__(self) -> str:
        return "Secret(…)" if self._text else "Secret()"


def fetch(place: SecretPlace, channel: str, environ: Mapping[str, str] = os.environ) -> Secret:
    """The secret of a channel; raises SecretMissing saying how to put it there."""
    if place.kind == "env":
        text = environ.get(place.name, "").strip()
        if not text:
            raise SecretMissing(
                f"{channel}: the variable {place.name} is empty or not set.",
                hint=f"Set it, e.g. export {place.name}=…",
            )
        return Secret(text)
    if place.kind == "file":
        return _from_file(Path(place.name), channel)
    return _from_keyring(place.name or channel, channel)


def store_in_keyring(name: str, secret: Secret) -> None:
    """Keep a secret in the keyring under `name`; raises SecretMissing where there is no keyring."""
    import keyring
    import keyring.errors

    try:
        keyring.set_password(SERVICE, name, secret.reveal())
    except keyring.errors.KeyringError as error:
        raise _no_keyring(name) from error


def store_in_file(path: Path, secret: Secret) -> None:
    """Write a secret into a new file that only its owner can read."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    path.unlink(missing_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(secret.reveal() + "\n")


def is_private(path: Path) -> bool:
    """Whether only the owner can read or write a file (always true on Windows)."""
    return os.name == "nt" or not stat.S_IMODE(path.stat().st_mode) & 0o077


def is_open_to_all(path: Path) -> bool:
    """Whether more than its owner and their group can read or write a file."""
    return os.name != "nt" and bool(stat.S_IMODE(path.stat().st_mode) & 0o007)


def _from_file(path: Path, channel: str) -> Secret:
    try:
        if not is_private(path):
            raise SecretMissing(
                f"{channel}: others can read {path}.", hint=f"Run: chmod 600 {path}"
            )
        text = path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "not text"
        raise SecretMissing(
            f"{channel}: {path} cannot be read: {why}.", hint="Put the token into it, mode 0600."
        ) from None
    if not text:
        raise SecretMissing(f"{channel}: {path} is empty.", hint="Put the token into it.")
    return Secret(text)


def _from_keyring(name: str, channel: str) -> Secret:
    import keyring
    import keyring.errors

    try:
        text = keyring.get_password(SERVICE, name)
    except keyring.errors.KeyringError as error:
        raise _no_keyring(channel) from error
    if not text:
        raise SecretMissing(
            f"{channel}: the keyring has no token {name!r}.",
            hint=f"Store it with `carecli token {channel}`, or name another place: env:VARIABLE or "
            "file:PATH.",
        )
    return Secret(text)


def _no_keyring(channel: str) -> SecretMissing:
    return SecretMissing(
        f"{channel}: no keyring can be used here (none runs, or it is locked).",
        hint="Name another place for the token: env:VARIABLE or file:PATH.",
    )
