"""A real IMAP server (dovecot) and a real SMTP server (postfix) on loopback, with own files.

Everything lies in one folder of its own, and nothing of the system's mail is touched. Both need
root to give their parts to lesser users. The folder cannot be pytest's: those users may not look
into it.
"""

from __future__ import annotations

import imaplib
import os
import shutil
import smtplib
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from pathlib import Path

import pytest

INSTALL = "apt-get install dovecot-imapd postfix openssl"
PATIENCE = 30.0
PASSWORD = "only-for-tests-on-loopback"
DOMAINS = ("care.test", "ana.test", "contact.test", "groups.test")
PEOPLE = ("care", "ana", "piotr", "centre", "cases", "groups", "many")
"""Who has a mailbox, at any of the domains; what is sent to others bounces."""

DOVECOT = """\
base_dir={root}/run
state_dir={root}/run
log_path={root}/dovecot.log
protocols=imap
listen=127.0.0.1
ssl=yes
ssl_cert=<{root}/cert.pem
ssl_key=<{root}/key.pem
disable_plaintext_auth=no
mail_location=maildir:{root}/mail/%n
mail_uid=nobody
mail_gid=nogroup
first_valid_uid=1
auth_username_format=%Ln
auth_failure_delay=0
mail_max_userip_connections=100
passdb {{
  driver=static
  args=password={password}
}}
userdb {{
  driver=static
  args=uid=nobody gid=nogroup home={root}/mail/%n allow_all_users=yes
}}
service imap-login {{
  inet_listener imap {{
    port={imap}
  }}
  inet_listener imaps {{
    port={imaps}
  }}
}}
namespace inbox {{
  inbox=yes
  mailbox Sent {{
    auto=create
  }}
}}
"""

POSTFIX = """\
compatibility_level=3.6
queue_directory={root}/postfix/spool
data_directory={root}/postfix/data
command_directory=/usr/sbin
daemon_directory=/usr/lib/postfix/sbin
mail_owner=postfix
setgid_group=postdrop
inet_interfaces=127.0.0.1
inet_protocols=ipv4
mydestination=
myhostname=mx.care.test
mynetworks=127.0.0.0/8
virtual_mailbox_domains={domains}
virtual_mailbox_base={root}/mail
virtual_mailbox_maps=regexp:{root}/postfix/etc/boxes
virtual_uid_maps=static:{uid}
virtual_gid_maps=static:{gid}
virtual_minimum_uid=100
default_transport=error:nothing leaves this machine
alias_maps=
smtpd_client_connection_count_limit=0
smtpd_client_connection_rate_limit=0
maillog_file={root}/postfix/mail.log
maillog_file_prefixes={root}
smtpd_relay_restrictions=permit_mynetworks,reject
smtpd_tls_cert_file={root}/cert.pem
smtpd_tls_key_file={root}/key.pem
smtpd_tls_security_level=may
"""


@dataclass(frozen=True, slots=True)
class MailServers:
    """Ports on loopback; a mailbox for every local part, whatever the domain."""

    root: Path
    imap: int
    imaps: int
    smtp: int
    smtps: int

    @property
    def ca(self) -> str:
        """The certificate both show."""
        return str(self.root / "cert.pem")

    def options(self, **more: str) -> dict[str, str]:
        """What a channel needs to speak with both, encrypted."""
        return {
            "host": "127.0.0.1",
            "port": str(self.imaps),
            "smtp_port": str(self.smtps),
            "ca": self.ca,
            **more,
        }

    def deliver(self, raw: bytes, to: str, *, sender: str = "ana@ana.test") -> None:
        """Let a mail come in as it is, and wait until it lies in the mailbox."""
        before = len(self.inbox(to))
        with smtplib.SMTP("127.0.0.1", self.smtp, timeout=PATIENCE) as link:
            link.sendmail(sender, [to], raw)
        self.await_mails(to, before + 1)

    def write(
        self,
        text: str,
        to: str = "care@care.test",
        *,
        sender: str = "Ana López <ana@ana.test>",
        subject: str = "Pregunta",
        headers: Mapping[str, str] | None = None,
    ) -> str:
        """Let somebody write a mail; its id."""
        mail = EmailMessage()
        mail["From"], mail["To"], mail["Subject"] = sender, to, subject
        mail["Date"] = formatdate()
        mail["Message-ID"] = make_msgid(domain="ana.test")
        for name, value in (headers or {}).items():
            del mail[name]
            mail[name] = value
        mail.set_content(text)
        self.deliver(mail.as_bytes(), to)
        return str(mail["Message-ID"])

    def inbox(self, address: str, folder: str = "INBOX") -> list[bytes]:
        """Every mail of somebody, oldest first."""
        link = imaplib.IMAP4("127.0.0.1", self.imap, timeout=PATIENCE)
        try:
            link.login(address.partition("@")[0], PASSWORD)
            if link.select(folder, readonly=True)[1] == [b"0"]:
                return []
            found = link.fetch("1:*", "(BODY.PEEK[])")[1]
            return [part[1] for part in found if isinstance(part, tuple)]
        finally:
            link.logout()

    def put(self, raw: bytes, address: str, folder: str) -> None:
        """Lay a mail into a folder, as another mail program does with what it sent."""
        link = imaplib.IMAP4("127.0.0.1", self.imap, timeout=PATIENCE)
        try:
            link.login(address.partition("@")[0], PASSWORD)
            status, _ = link.append(folder, "", "", raw)
            assert status == "OK"
        finally:
            link.logout()

    def await_mails(self, address: str, count: int) -> list[bytes]:
        """Wait until somebody has so many mails."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            found = self.inbox(address)
            if len(found) >= count:
                return found
            time.sleep(0.05)
        pytest.fail(f"{address} never got {count} mails: {self.log()}")

    def await_idle(self) -> None:
        """Wait until every mail that was taken lies where it goes."""
        spool = self.root / "postfix" / "spool"
        queues = [spool / name for name in ("maildrop", "incoming", "active", "deferred")]
        self.await_that(lambda: not any(one.is_file() for q in queues for one in q.rglob("*")))

    def await_that(self, holds: Callable[[], bool]) -> None:
        """Wait until something holds."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            if holds():
                return
            time.sleep(0.05)
        pytest.fail(f"It never came to be: {self.log()}")

    def log(self) -> str:
        """What the servers said last."""
        files = (self.root / "postfix" / "mail.log", self.root / "dovecot.log")
        return "\n".join(one.read_text()[-2000:] for one in files if one.exists())


def require_mail_servers() -> None:
    """Fail where they are not installed, with the line that installs them."""
    if not (shutil.which("dovecot") and shutil.which("postfix") and shutil.which("openssl")):
        pytest.fail(f"These tests drive real mail servers; run: {INSTALL}")
    if os.geteuid():
        pytest.fail("These tests start real mail servers, which need root.")


def _free_ports(count: int) -> list[int]:
    held = [socket.socket() for _ in range(count)]
    try:
        for one in held:
            one.bind(("127.0.0.1", 0))
        return [int(one.getsockname()[1]) for one in held]
    finally:
        for one in held:
            one.close()


@contextmanager
def running_mail_servers() -> Iterator[MailServers]:
    """Both servers, for as long as the block runs."""
    require_mail_servers()
    root = Path(tempfile.mkdtemp(prefix="carecli-mail-"))
    try:
        root.chmod(0o755)
        servers = MailServers(root, *_free_ports(4))
        with _dovecot(servers), _postfix(servers):
            yield servers
    finally:
        shutil.rmtree(root, ignore_errors=True)


@contextmanager
def _dovecot(servers: MailServers) -> Iterator[None]:
    root = servers.root
    for name in ("run", "mail"):
        (root / name).mkdir(mode=0o755)
    shutil.chown(root / "mail", "nobody", "nogroup")
    _run(
        *("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"),
        *("-keyout", str(root / "key.pem"), "-out", str(root / "cert.pem")),
        *("-subj", "/CN=mx.care.test", "-addext", "subjectAltName=IP:127.0.0.1"),
    )
    config = root / "dovecot.conf"
    config.write_text(
        DOVECOT.format(root=root, imap=servers.imap, imaps=servers.imaps, password=PASSWORD)
    )
    with (root / "dovecot.out").open("wb") as output:
        process = subprocess.Popen(
            ["dovecot", "-F", "-c", str(config)], stdout=output, stderr=output
        )
        try:
            _await(servers.imap, servers)
            yield
        finally:
            process.terminate()
            process.wait(PATIENCE)


@contextmanager
def _postfix(servers: MailServers) -> Iterator[None]:
    base = servers.root / "postfix"
    for name in ("etc", "spool", "data"):
        (base / name).mkdir(parents=True)
    shutil.chown(base / "data", "postfix")
    nobody = int(_run("id", "-u", "nobody")), int(_run("id", "-g", "nobody"))
    boxes = "".join(f"/^{name}@/ {name}/\n" for name in PEOPLE)
    (base / "etc" / "boxes").write_text(boxes)
    (base / "etc" / "main.cf").write_text(
        POSTFIX.format(root=servers.root, domains=", ".join(DOMAINS), uid=nobody[0], gid=nobody[1])
    )
    lines = Path("/usr/share/postfix/master.cf.dist").read_text().splitlines()
    kept = [line for line in lines if not line.startswith(("smtp      inet", "#"))]
    kept = [line.replace("n       -       y ", "n       -       n ") for line in kept]
    kept += [
        f"127.0.0.1:{servers.smtp} inet n - n - - smtpd",
        f"127.0.0.1:{servers.smtps} inet n - n - - smtpd",
        "  -o smtpd_tls_wrappermode=yes",
    ]
    if not any(line.startswith("postlog") for line in kept):
        kept.append("postlog unix-dgram n - n - 1 postlogd")
    (base / "etc" / "master.cf").write_text("\n".join(kept) + "\n")
    command = ("postfix", "-c", str(base / "etc"))
    _run(*command, "start")
    try:
        _await(servers.smtp, servers)
        yield
    finally:
        with suppress(AssertionError):
            _run(*command, "stop")


def _run(*command: str) -> str:
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def _await(port: int, servers: MailServers) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.05)
    pytest.fail(f"A mail server did not start: {servers.log()}")
