"""Monthly reports by mail before real servers: one mail a month and address, whatever is killed."""

from __future__ import annotations

import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest

from carecli.domain.months import latest_due_month, shift_month
from tests.support.care import Care, care_of
from tests.support.mail_servers import PASSWORD, MailServers, running_mail_servers
from tests.support.terminal import CARECLI, PATIENCE, ROOT

pytestmark = pytest.mark.timeout(240)

ANA, PIOTR = "ana@ana.test", "piotr@groups.test"


@pytest.fixture(scope="module")
def servers() -> Iterator[MailServers]:
    with running_mail_servers() as found:
        yield found


@pytest.fixture
def care(tmp_path: Path, servers: MailServers) -> Care:
    token = tmp_path / "token"
    token.write_text(PASSWORD)
    token.chmod(0o600)
    both = f"host: 127.0.0.1, port: {servers.imaps}, smtp_port: {servers.smtps}, ca: {servers.ca}"
    care = care_of(
        tmp_path,
        f"""\
me: ana
database: care.sqlite
brands: {{lrp: {{title: La Roche-Posay}}}}
channels:
  mail:
    platform: mail
    account: care@care.test
    token: file:token
    options: {{{both}, user: care, name: "Care, carefully"}}
reports:
  {tmp_path.name}:
    at: "00:00"
    languages: [es]
    to: [{ANA}, {PIOTR}]
    mailbox: mail
    folder: pages
    files: [html, xlsx]
""",
    )
    assert care.run("list").code == 0
    with closing(sqlite3.connect(tmp_path / "care.sqlite")) as db:
        # as if the engine had run since last month; of another name in each test, since what was
        # mailed once under a name is known by our copy of it
        before = (tmp_path.name, shift_month(month(care), -1))
        db.execute("INSERT INTO scheduled (name, month) VALUES (?, ?)", before)
        db.commit()
    return care


def month(care: Care) -> str:
    """The month whose report is due."""
    now = care.run("report", "--json", "--since", "1d").json()["until"]
    return latest_due_month(1, 0, now, "UTC")


@contextmanager
def daemon(care: Care) -> Iterator[None]:
    """The engine, killed without warning at the end."""
    words = [*CARECLI, "--config", str(care.file), "daemon"]
    child = subprocess.Popen(words, env=care.environ, cwd=ROOT)
    try:
        yield
    finally:
        child.kill()
        child.wait(PATIENCE)


def reports(servers: MailServers, address: str) -> list[EmailMessage]:
    """The reports somebody got, oldest first."""
    mails = [message_from_bytes(raw, policy=policy.default) for raw in servers.inbox(address)]
    found = [mail for mail in mails if mail["X-Carecli-Kind"] == "report"]
    assert all(isinstance(mail, EmailMessage) for mail in found)
    return found


def is_all_sent(care: Care) -> bool:
    with closing(sqlite3.connect(care.folder / "care.sqlite")) as db:
        states = [state for (state,) in db.execute("SELECT state FROM report_mails")]
    return states == ["sent", "sent"]


def wait_no_longer(care: Care) -> None:
    """All the time has passed in which our copy of a mail may still come."""
    with closing(sqlite3.connect(care.folder / "care.sqlite")) as db:
        db.execute("UPDATE report_mails SET state = 'unknown' WHERE state = 'sending'")
        db.execute("UPDATE report_mails SET not_before = 0, looked = 99")
        db.commit()


@pytest.mark.parametrize(
    "step",
    ["report-written", "report-made", "report-claimed", "report-answered:2", "report-recorded"],
)
def test_each_gets_one_mail_though_the_engine_dies(
    care: Care, servers: MailServers, step: str
) -> None:
    before = {one: len(reports(servers, one)) for one in (ANA, PIOTR)}

    died = care.run("daemon", CARECLI_CRASH_AT=step)
    assert died.code == -9, died.err
    servers.await_idle()
    wait_no_longer(care)
    with daemon(care):
        servers.await_that(lambda: is_all_sent(care))
    servers.await_idle()

    after = {one: reports(servers, one) for one in (ANA, PIOTR)}
    assert {one: len(mails) - before[one] for one, mails in after.items()} == {ANA: 1, PIOTR: 1}


def test_the_mail_brings_the_page_that_lies_in_the_folder(care: Care, servers: MailServers) -> None:
    before = len(reports(servers, ANA))
    with daemon(care):
        servers.await_that(lambda: is_all_sent(care))
    servers.await_idle()

    mail = reports(servers, ANA)[before]
    assert "Care, carefully" in str(mail["From"])
    assert mail["To"] == ANA, "nobody sees who else gets it"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert "atención al cliente" in str(mail["Subject"])
    body = mail.get_body(("plain",))
    assert body is not None
    assert "Llegados: 0" in body.get_content()
    attached = {part.get_filename(): part for part in mail.iter_attachments()}
    stem = f"care-{month(care)}-es"
    assert set(attached) == {f"{stem}.html", f"{stem}.xlsx"}
    for name, part in attached.items():
        content = part.get_payload(decode=True)
        assert isinstance(content, bytes)
        assert content == (care.folder / "pages" / str(name)).read_bytes()

    assert care.run("sync", "--once", "--json").code == 0
    assert care.listed("channel:mail") == [], "no thread of it"
    assert f"made until {month(care)}" in care.run("doctor", "--offline").out


def test_a_refused_address_is_told(care: Care, servers: MailServers) -> None:
    care.file.write_text(care.file.read_text().replace(PIOTR, "nobody@care.test"))
    with daemon(care):
        servers.await_that(lambda: "is failed" in care.run("doctor", "--offline").out)
    told = care.run("doctor", "--offline").out
    assert f"{care.folder.name} of {month(care)} to nobody@care.test is failed" in told
