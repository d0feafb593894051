"""Mail programs on the same texts, where they are installed: neomutt, aerc and alot.

A maildir with one mail a message of the corpus; settings that spare each program what it could
lose time with (no network, no threads by reference, no filters); everything in folders of the
benchmark, nothing of the user's.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Mapping
from contextlib import suppress
from email.header import Header
from email.utils import formatdate
from pathlib import Path

from benchmarks.corpus import pages
from benchmarks.scenario import Leave, Press, Scenario, Shows
from benchmarks.texts import RARE
from carecli.domain import events as ev
from carecli.domain.model import Millis

PROGRAMS = ("neomutt", "aerc", "alot")
DATE = r"\d{4}-\d\d-\d\d \d\d:\d\d"

NEOMUTT = """
set hostname = care.test
set folder = {mail}
set spoolfile = {mail}/INBOX
set mbox_type = Maildir
set header_cache = {own}/header-cache
set maildir_header_cache_verify = no
set sort = reverse-date
set mail_check = 60
set quit = yes
set move = no
set mark_old = no
set wait_key = no
set pager_index_lines = 10
set crypt_use_gpgme = no
set assumed_charset = utf-8
set charset = utf-8
set sleep_time = 0
set thorough_search = no
set index_format = "%4C %Z %{{%Y-%m-%d %H:%M}} %-20.20L %s"
set status_format = "READY %m messages %?M?LIMITED %M&?"
"""
AERC = """
[general]
[ui]
index-columns=date<17,name<20,flags>4,subject<*
timestamp-format=2006-01-02 15:04
this-day-time-format=2006-01-02 15:04
this-week-time-format=2006-01-02 15:04
this-year-time-format=2006-01-02 15:04
threading-enabled=false
mouse-enabled=false
[viewer]
pager=cat
[filters]
text/plain=cat
"""
AERC_ACCOUNT = """
[care]
source = maildir://{mail}
from = Care <care@brand.test>
default = INBOX
"""
NOTMUCH = """
[database]
path={mail}
[user]
name=Care
primary_email=care@brand.test
[new]
tags=inbox
[search]
exclude_tags=
[maildir]
synchronize_flags=false
"""
ALOT = """
initial_command = search tag:inbox
auto_remove_unread = False
[accounts]
[[care]]
realname = Care
address = care@brand.test
"""


def scenarios(
    folder: Path, mails: int, now: Millis, *, rounds: int, say: Callable[[str], None]
) -> list[Scenario]:
    """Those of the programs that are installed, each with its mail made ready."""
    found = [name for name in PROGRAMS if shutil.which(name)]
    for name in PROGRAMS:
        if name not in found:
            say(f"{name} is not installed: left out")
    if not found:
        return []
    own = folder / f"peers-{mails}"
    mail = own / "mail"
    if not (own / "is-whole").exists():
        say(f"writing {mails:,} mails for {', '.join(found)}")
        shutil.rmtree(own, ignore_errors=True)
        _write_mail(mail / "INBOX", mails, now)
        (own / "is-whole").touch()
    made = {"neomutt": _neomutt, "aerc": _aerc, "alot": _alot}
    return [one for name in found if (one := made[name](own, mail, mails, rounds)) is not None]


def _write_mail(box: Path, mails: int, now: Millis) -> None:
    for part in ("cur", "new", "tmp"):
        (box / part).mkdir(parents=True)
    written = 0
    for channel, page in pages(mails, now):
        for event in page:
            if not isinstance(event, ev.MessageSeen):
                continue
            if written == mails:
                return
            written += 1
            seconds = event.created_at // 1000
            name = f"{seconds}.{written}.care.test:2,S"
            (box / "cur" / name).write_text(_mail(channel.key, event), encoding="utf-8")


def _mail(channel: str, event: ev.MessageSeen) -> str:
    text = event.text or ""
    author = event.author
    name = Header(author.name if author else channel, "utf-8", maxlinelen=200).encode()
    address = author.platform_id if author else channel
    subject = Header(text[:60].replace("\n", " "), "utf-8", maxlinelen=300).encode()
    return (
        f"From: {name} <{address}@care.test>\nTo: Care <care@brand.test>\nSubject: {subject}\n"
        f"Date: {formatdate(event.created_at / 1000)}\n"
        f"Message-ID: <{event.platform_id}@care.test>\n"
        "MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n"
        f"Content-Transfer-Encoding: 8bit\n\n{text}\n"
    )


def _put(file: Path, text: str, **places: object) -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text.format(**places) if places else text, encoding="utf-8")
    file.chmod(0o600)
    return file


def _steps(opened: str, close: str) -> list[Press | Leave]:
    return [
        Press("key", "j", 60, warm_up=5),
        Press("open", "<enter>", 8, until=Shows(opened), back=(close,), warm_up=1),
        Leave("idle", 10),
    ]


def _neomutt(own: Path, mail: Path, mails: int, rounds: int) -> Scenario:
    settings = _put(own / "neomutt" / "neomuttrc", NEOMUTT, mail=mail, own=own / "neomutt")
    steps = _steps(r"^To: ", "q")
    search = Press(
        "search",
        "<enter>",
        2,
        until=Shows(DATE, 1, 12),
        before=("l", f"~b {RARE}"),
        back=("l", "~A<enter>"),
        timeout=120,
    )
    return Scenario(
        f"neomutt {mails}",
        ("neomutt", "-n", "-F", str(settings)),
        Shows(f"READY {mails} messages"),
        "q",
        [*steps, search],
        {"HOME": str(own / "neomutt")},
        first_key="j",
        rounds=rounds,
        timeout=900,
    )


def _aerc(own: Path, mail: Path, mails: int, rounds: int) -> Scenario:
    folder = own / "aerc" / "aerc"
    _put(folder / "aerc.conf", AERC)
    _put(folder / "accounts.conf", AERC_ACCOUNT, mail=mail)
    with suppress(OSError):
        shutil.copy("/usr/share/aerc/binds.conf", folder / "binds.conf")
    places = {"XDG_CONFIG_HOME": str(own / "aerc"), "XDG_CACHE_HOME": str(own / "aerc" / "cache")}
    return Scenario(
        f"aerc {mails}",
        ("aerc",),
        Shows(DATE, 30),
        ":quit<enter>",
        _steps(r"From: ", "q"),
        {**places, "HOME": str(own / "aerc")},
        first_key="j",
        rounds=rounds,
        timeout=300,
    )


def _alot(own: Path, mail: Path, mails: int, rounds: int) -> Scenario | None:
    notmuch = _put(own / "alot" / "notmuch", NOTMUCH, mail=mail)
    settings = _put(own / "alot" / "config", ALOT)
    places: Mapping[str, str] = {"NOTMUCH_CONFIG": str(notmuch), "HOME": str(own / "alot")}
    if not (mail / ".notmuch").exists():
        if not shutil.which("notmuch"):
            return None
        subprocess.run(
            ["notmuch", "new", "--quiet"], env={**os.environ, **places}, check=True, timeout=1800
        )
    search = Press(
        "search",
        "<enter>",
        2,
        until=Shows(r"of \d+ messages"),
        before=("\\", RARE),
        back=("d",),
    )
    return Scenario(
        f"alot {mails}",
        ("alot", "-c", str(settings), "-n", str(notmuch)),
        Shows(rf"of {mails} messages"),
        "q",
        [*_steps(r"\[\d+: thread\]", "d"), search],
        places,
        first_key="j",
        rounds=rounds,
        timeout=300,
    )
