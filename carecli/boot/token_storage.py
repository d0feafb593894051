"""Stores a token in the keyring, or in a file of its own where there is no keyring."""

from __future__ import annotations

from pathlib import Path

from carecli.config import SecretPlace
from carecli.domain.errors import Refusal, SecretMissing
from carecli.secrets import Secret, store_in_file, store_in_keyring


def keep_new(name: str, token: str, file: Path) -> SecretPlace:
    """Keep a token under a name that is used for the first time; where it is now.

    Without a keyring it goes into the folder `tokens` beside the configuration `file`.
    """
    try:
        store_in_keyring(name, Secret(token))
    except SecretMissing:
        path = file.absolute().parent / "tokens" / name
        store_in_file(path, Secret(token))
        return SecretPlace("file", str(path))
    return SecretPlace("keyring")


def keep_at(place: SecretPlace, key: str, token: str) -> None:
    """Replace the token of a channel where it is; raises Refusal where that is not ours to write.

    Raises SecretMissing where the keyring cannot be used.
    """
    if place.kind == "env":
        raise Refusal(
            f"The token of {key} is read from the environment variable {place.name}.",
            hint="Set the variable to the new token, then restart the engine and the inbox.",
        )
    if place.kind == "file":
        store_in_file(Path(place.name), Secret(token))
    else:
        store_in_keyring(place.name or key, Secret(token))
