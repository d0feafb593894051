"""Files are for their owner alone, or for the group of a folder that is shared on purpose."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from carecli import log
from carecli.boot.setup import set_up, system_user
from carecli.domain.errors import ConfigError
from carecli.file_rights import hands_on_no_group, is_shared, make_file, make_folder
from carecli.store.db import Database
from carecli.sync.lock import EngineLock, lock_file

PRIVATE, SHARED = 0o700, 0o2770


@contextmanager
def umask(mask: int) -> Iterator[None]:
    before = os.umask(mask)
    try:
        yield
    finally:
        os.umask(before)


def folder(tmp_path: Path, mode: int) -> Path:
    made = tmp_path / f"{mode:o}"
    made.mkdir()
    made.chmod(mode)
    return made


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o7777


@pytest.mark.parametrize("mask", [0o022, 0o077, 0o007, 0])
@pytest.mark.parametrize(("where", "made"), [(PRIVATE, 0o600), (SHARED, 0o660), (0o770, 0o600)])
def test_everything_beside_a_database_has_the_rights_of_its_folder(
    tmp_path: Path, where: int, made: int, mask: int
) -> None:
    here = folder(tmp_path, where)
    file = here / "care.sqlite"
    with umask(mask), closing(Database(file)) as database, EngineLock(file, 0):
        with database.write() as db:
            db.execute("CREATE TABLE x (y)")
        wal, shm = (here / f"care.sqlite{ending}" for ending in ("-wal", "-shm"))
        files = (file, wal, shm, lock_file(file))
        assert {file.name: mode(file) for file in files} == {file.name: made for file in files}


@pytest.mark.parametrize(("where", "made"), [(PRIVATE, 0o600), (SHARED, 0o660)])
def test_a_log_has_the_rights_of_its_folder(tmp_path: Path, where: int, made: int) -> None:
    file = folder(tmp_path, where) / "engine.log"
    root = logging.getLogger()
    before = root.handlers[:], root.level
    try:
        with umask(0o077):
            log.start(file)
            logging.getLogger("carecli").warning("it begins")
        assert mode(file) == made
    finally:
        for one in [handler for handler in root.handlers if handler not in before[0]]:
            root.removeHandler(one)
            one.close()
        root.handlers[:], root.level = before


def test_a_file_of_before_is_shared_once_its_folder_is(tmp_path: Path) -> None:
    here = folder(tmp_path, PRIVATE)
    file = here / "care.sqlite"
    make_file(str(file))
    assert mode(file) == 0o600
    here.chmod(SHARED)
    make_file(str(file))
    assert mode(file) == 0o660


def test_folders_within_a_shared_one_are_shared_too(tmp_path: Path) -> None:
    with umask(0o077):
        made = make_folder(folder(tmp_path, SHARED) / "carecli" / "log")
        assert (is_shared(made), is_shared(made.parent)) == (True, True)
        own = make_folder(folder(tmp_path, PRIVATE) / "carecli" / "log")
    assert (mode(own), mode(own.parent)) == (0o700, 0o700)


def test_a_group_may_write_but_would_not_get_the_files(tmp_path: Path) -> None:
    assert hands_on_no_group(folder(tmp_path, 0o770))
    assert not hands_on_no_group(folder(tmp_path, SHARED))
    assert not hands_on_no_group(folder(tmp_path, PRIVATE))


@pytest.fixture
def not_mine(monkeypatch: pytest.MonkeyPatch) -> None:
    """The database belongs to another user."""
    monkeypatch.setattr("carecli.boot.setup.is_mine", lambda _path: False)


def config(tmp_path: Path, text: str = "") -> str:
    file = tmp_path / "config.yaml"
    file.write_text(text, encoding="utf-8")
    return str(file)


def test_on_a_shared_database_the_system_tells_who_somebody_is(
    tmp_path: Path, not_mine: None
) -> None:
    database = str(folder(tmp_path, SHARED) / "care.sqlite")
    told = {"USER": "ana", "LOGNAME": "ana"}
    people = f"moderators: {{ana: {{}}, kasia: {{user: {system_user()}}}}}\n"
    assert set_up(config(tmp_path, people), database, told).me == "kasia"
    assert set_up(config(tmp_path), database, told).me == system_user()
    for text, environ in ((f"me: ana\n{people}", told), (people, {"CARECLI_ME": "ana"})):
        with pytest.raises(ConfigError, match="you are recognised by your system user"):
            set_up(config(tmp_path, text), database, environ)
    assert set_up(config(tmp_path, people), database, {"CARECLI_ME": "kasia"}).me == "kasia"


def test_who_owns_a_shared_database_may_say_who_they_are(tmp_path: Path) -> None:
    database = str(folder(tmp_path, SHARED) / "care.sqlite")
    assert set_up(config(tmp_path), database, {"CARECLI_ME": "ana"}).me == "ana"


def test_a_user_is_one_moderator(tmp_path: Path) -> None:
    people = "moderators: {ana: {}, kasia: {user: ana}}\n"
    with pytest.raises(ConfigError, match="'ana' is this user already"):
        set_up(config(tmp_path, people))
