from __future__ import annotations

import logging
from pathlib import Path

import keyring
import keyring.backend
import keyring.errors
import pytest

from carecli import log, secrets
from carecli.config import SecretPlace
from carecli.domain.errors import SecretMissing
from carecli.secrets import Secret, fetch

TOKEN = "EAAGm0PX4ZCpsBA1234567890abcdef"


class Drawer(keyring.backend.KeyringBackend):
    """A keyring in memory."""

    priority = 1.0

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # the library's own is untyped
        self.kept: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[service, username] = password


class Locked(Drawer):
    """A keyring nobody opens."""

    def get_password(self, service: str, username: str) -> str | None:
        raise keyring.errors.KeyringLocked("locked")

    def set_password(self, service: str, username: str, password: str) -> None:
        raise keyring.errors.NoKeyringError("none")


@pytest.fixture
def drawer(monkeypatch: pytest.MonkeyPatch) -> Drawer:
    kept = Drawer()
    monkeypatch.setattr(keyring, "get_password", kept.get_password)
    monkeypatch.setattr(keyring, "set_password", kept.set_password)
    return kept


def test_a_secret_shows_itself_only_when_asked() -> None:
    secret = Secret(TOKEN)
    assert TOKEN not in f"{secret} {secret!r} {[secret]}"
    assert secret.reveal() == TOKEN
    assert not Secret("")


def test_from_the_environment() -> None:
    place = SecretPlace("env", "AVON")
    assert fetch(place, "avon-fb", {"AVON": f" {TOKEN}\n"}).reveal() == TOKEN
    with pytest.raises(SecretMissing, match="avon-fb: the variable AVON is empty or not set"):
        fetch(place, "avon-fb", {})


def test_from_a_file_only_its_owner_reads(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "token"
    secrets.store_in_file(path, Secret(TOKEN))
    place = SecretPlace("file", str(path))
    assert fetch(place, "x").reveal() == TOKEN
    assert path.stat().st_mode & 0o777 == 0o600
    path.chmod(0o640)
    with pytest.raises(SecretMissing, match="others can read") as caught:
        fetch(place, "x")
    assert "chmod 600" in caught.value.hint
    assert TOKEN not in str(caught.value)
    path.chmod(0o600)
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(SecretMissing, match="not text"):
        fetch(place, "x")
    path.write_text("\n")
    with pytest.raises(SecretMissing, match="is empty"):
        fetch(place, "x")
    path.unlink()
    with pytest.raises(SecretMissing, match="cannot be read"):
        fetch(place, "x")


def test_from_the_keyring(drawer: Drawer) -> None:
    secrets.store_in_keyring("avon-fb", Secret(TOKEN))
    assert drawer.kept == {("carecli", "avon-fb"): TOKEN}
    assert fetch(SecretPlace("keyring"), "avon-fb").reveal() == TOKEN
    assert fetch(SecretPlace("keyring", "avon-fb"), "other").reveal() == TOKEN
    with pytest.raises(SecretMissing, match="the keyring has no token 'lrp-fb'"):
        fetch(SecretPlace("keyring"), "lrp-fb")


def test_without_a_keyring_other_places_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    locked = Locked()
    monkeypatch.setattr(keyring, "get_password", locked.get_password)
    monkeypatch.setattr(keyring, "set_password", locked.set_password)
    with pytest.raises(SecretMissing, match="no keyring can be used") as caught:
        fetch(SecretPlace("keyring"), "x")
    assert "env:VARIABLE" in caught.value.hint
    with pytest.raises(SecretMissing, match="no keyring can be used"):
        secrets.store_in_keyring("x", Secret(TOKEN))


@pytest.fixture
def logging_untouched() -> object:
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    yield None
    for handler in root.handlers[:]:
        root.removeHandler(handler)
        handler.close()
    root.handlers[:] = before
    root.setLevel(level)
    logging.captureWarnings(capture=False)
    logging.raiseExceptions = True


def test_the_log_tells_no_secret_and_obeys_no_text(tmp_path: Path, logging_untouched: None) -> None:
    path = tmp_path / "logs" / "carecli.log"
    formatter = log.start(path)
    formatter.add(Secret(TOKEN))
    logging.getLogger("x").warning("hello %s", f"\x1b]0;pwned\x07 {TOKEN}\nsecond \u202e line")
    logging.getLogger("x").warning("GET /v26.0/me?access_token=ABCDEF&limit=3")
    try:
        int(TOKEN)
    except ValueError:
        logging.getLogger("x").exception("failed")
    text = path.read_text(encoding="utf-8")
    assert len(text.splitlines()) == 3
    assert TOKEN not in text
    assert "ABCDEF" not in text
    assert "limit=3" in text
    assert "ValueError" in text
    assert not {character for character in text if ord(character) < 32} - {"\n"}
    assert "\u202e" not in text
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_log_that_cannot_be_written_stops_nobody(
    tmp_path: Path, logging_untouched: None, capfd: pytest.CaptureFixture[str]
) -> None:
    in_the_way = tmp_path / "file"
    in_the_way.write_text("")
    log.start(in_the_way / "carecli.log")
    logging.getLogger("x").error("unheard")
    (tmp_path / "carecli.log").mkdir()
    log.start(tmp_path / "carecli.log")
    logging.getLogger("x").error("unheard")
    assert capfd.readouterr() == ("", "")
