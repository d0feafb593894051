"""`docs/nine-people.md` followed to the letter: nine users, one database, one engine."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from carecli.practice.scenario import channels
from tests.support.server import Server, server
from tests.support.terminal import ROOT, until

PAGE = (ROOT / "docs" / "nine-people.md").read_text(encoding="utf-8")

PEOPLE = {
    "ana": "ana",
    "kkowalska": "kasia",
    **{name: name for name in ("piotr", "marta", "ola", "zofia", "jan", "ewa", "tomek")},
}
"""The system's users, and which moderator each is."""

DATABASE = "/var/lib/carecli/carecli.sqlite"


def blocks(kind: str) -> list[str]:
    return re.findall(rf"^```{kind}\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)


@pytest.fixture(scope="module")
def context() -> Iterator[Server]:
    """The server after the page's commands, with an engine that runs.

    The page of the example is one of the practice platform's, and so is its token.
    """
    [config] = blocks("yaml")
    page = next(one for one in channels() if one.key == "avon-fb")
    with server() as here, here.platform() as url:
        users, folders, owners, shell, engine = blocks("sh")
        account = f'account: "{page.account}"\n    base_url: {url}'
        config = config.replace('account: "104"', account)
        owners = owners.replace("EAAB-the-page-token", page.token)
        assert (account in config, page.token in owners) == (True, True)
        here.run(users)
        here.run(folders)
        here.run(f"cat > /etc/carecli/config.yaml <<'CONFIG'\n{config}CONFIG")
        here.run(owners)
        here.run(shell)
        here.run(engine)
        until(
            lambda: here.as_user("ana", "doctor", "--engine", check=False).code == 0,
            "the engine runs",
        )
        yield here


def rights(context: Server, *files: str) -> list[str]:
    return context.run(f"stat -c '%a %G %n' {' '.join(files)}").out.splitlines()


@pytest.fixture(scope="module")
def thread(context: Server) -> int:
    """A message that waits, entered by Ana."""
    words = ("--channel", "avon-group", "--link", "https://x.test/1", "--author", "Ewelina")
    added = context.as_user("ana", "add", *words, "--text", "Gdzie moja paczka?", "--json").json()
    return int(added["thread"])


def test_each_of_the_nine_acts_as_themselves(context: Server, thread: int) -> None:
    for user, key in PEOPLE.items():
        said = context.as_user(user, "note", thread, "--text", f"{user} was here", check=False)
        if key in ("jan", "tomek"):  # a specialist of another team, and one who may only look
            assert said.code != 0
            assert "There is no thread" in said.err or "read-only access" in said.err
        else:
            assert said.code == 0, said
    told = context.as_user("ana", "show", thread).out
    for name in ("Ana", "Kasia", "Piotr", "Marta", "Ola", "Zofia", "Ewa"):
        assert name in told


def test_nobody_acts_as_a_colleague(context: Server, thread: int) -> None:
    line = f"CARECLI_ME=ana carecli flag {thread}"
    refused = context.run(f"runuser -l kkowalska -c '{line}'", check=False)
    assert refused.code != 0
    assert "the user 'kkowalska' is 'kasia'" in refused.err
    assert "Traceback" not in refused.err
    asked = f'USER=ana LOGNAME=ana carecli note {thread} --text "as ana?"'
    context.run(f"runuser -l kkowalska -c '{asked}'")
    lines = context.as_user("ana", "show", thread).out.splitlines()
    [noted] = [line for line in lines if "as ana?" in line]
    assert "Kasia" in noted


def test_everybody_can_use_every_file_whoever_made_it(context: Server, thread: int) -> None:
    context.end_engine()
    for user, umask in (("ola", "077"), ("marta", "022")):
        # the last one to leave takes the files beside the database away; this one makes them anew
        context.as_user(user, "note", thread, "--text", f"by {user}", umask=umask)
    context.run("systemctl enable --now carecli")
    until(
        lambda: context.as_user("ana", "doctor", "--engine", check=False).code == 0,
        "the engine runs again",
    )
    context.as_user("ola", "handover", "--json", check=False, umask="077")
    made = [f"{DATABASE}{ending}" for ending in ("", "-wal", "-shm", ".engine")]
    assert rights(context, *made) == [f"660 carecli {one}" for one in made]
    logs = "/var/lib/carecli/carecli/log"
    assert rights(context, logs) == [f"2770 carecli {logs}"]
    assert rights(context, "/etc/carecli/tokens/avon-fb") == [
        "600 carecli /etc/carecli/tokens/avon-fb"
    ]


def test_a_database_that_a_colleague_makes_is_shared_too(context: Server) -> None:
    other = "/var/lib/carecli/other.sqlite"
    context.as_user("ola", "--db", other, "list", umask="077")
    assert rights(context, other) == [f"660 carecli {other}"]
    context.as_user("piotr", "--db", other, "list")


def test_doctor_says_who_somebody_is_and_asks_no_platform_without_tokens(context: Server) -> None:
    for user, key in (("ana", "ana"), ("kkowalska", "kasia"), ("tomek", "tomek")):
        found = context.as_user(user, "doctor", check=False)
        assert (found.code, found.err) == (0, ""), found.out
        assert f"is shared; you are {key}." in found.out
        assert "Only the engine's user can read its token" in found.out


def test_doctor_names_a_file_that_not_everybody_can_use(context: Server) -> None:
    context.run(f"chmod 600 {DATABASE}.engine")
    found = context.as_user("ana", "doctor", check=False)
    assert found.code == 1
    assert f"chgrp carecli {DATABASE}.engine; chmod 660 {DATABASE}.engine" in found.out
    context.run(f"chmod 660 {DATABASE}.engine")


def test_who_is_not_in_the_configuration_may_look_only(context: Server, thread: int) -> None:
    context.run("useradd --create-home --groups carecli guest")
    assert "paczka" in context.as_user("guest", "show", thread).out
    refused = context.as_user("guest", "flag", thread, check=False)
    assert refused.code != 0
    assert "You are not one of the moderators: 'guest'" in refused.err


def test_who_is_not_in_the_group_reads_nothing(context: Server) -> None:
    context.run("useradd --create-home stranger")
    refused = context.as_user("stranger", "list", check=False)
    assert refused.code != 0
    assert refused.out == ""
    assert "Traceback" not in refused.err
    assert "paczka" not in refused.err


def test_an_inbox_starts_no_engine_that_could_not_read_the_tokens(context: Server) -> None:
    context.end_engine()
    context.run("runuser -l ana -c 'echo quit | carecli --plain'", check=False)
    assert context.as_user("ana", "doctor", "--engine", check=False).code == 1
    context.run("systemctl enable --now carecli")
