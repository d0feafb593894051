"""A server with users of its own for a test: folders of the system that only the test sees.

`unshare` gives a process mounts of its own, and a network without an outside. `/etc`, `/home`,
`/opt` and `/var/lib` are copies or empty in it, so that a page of the docs can be followed as root
to the letter. The program itself is seen by every user, wherever the tests' Python is.
"""

from __future__ import annotations

import configparser
import json
import os
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.support.care import Ran
from tests.support.terminal import PATIENCE, ROOT, until

EVERYBODYS = Path("/var/tmp")  # a name of its own is made in it

PYTHON = f"bin/python3.{sys.version_info.minor}"

PREPARE = """
set -e
mount --make-rprivate /
mkdir {there}/etc {there}/python {there}/site {there}/code
cp -a /etc/. {there}/etc
mount --bind {prefix} {there}/python
mount --bind {site} {there}/site
mount --bind {code} {there}/code
mount --bind {there}/etc /etc
for place in /home /opt /var/lib; do mount -t tmpfs -o mode=755 tmpfs $place; done
mkdir -p /opt/carecli/bin
cat > /opt/carecli/bin/carecli <<'END'
#!/bin/sh
export PYTHONPATH={there}/site:{there}/code LD_LIBRARY_PATH={there}/python/lib
export PYTHONDONTWRITEBYTECODE=1
exec {there}/python/{python} -m carecli "$@"
END
chmod 755 /opt/carecli/bin/carecli
{there}/python/{python} - <<'END'
import fcntl, socket, struct
SIOCSIFFLAGS, UP_AND_RUNNING = 0x8914, 0x41
request = struct.pack("16sh", b"lo", UP_AND_RUNNING)
fcntl.ioctl(socket.socket(socket.AF_INET, socket.SOCK_DGRAM), SIOCSIFFLAGS, request)
END
touch {there}/ready
exec sleep infinity
"""

SYSTEMCTL = """#!/bin/sh
# as much of systemd as the page asks for: the unit's process, as its user, with its variables
exec {python} -m tests.support.server {there}
"""


@dataclass(slots=True)
class Server:
    """What runs in the mounts of a test's own."""

    there: Path
    inside: int
    engine: list[int] = field(default_factory=list)

    def run(self, script: str, *, check: bool = True) -> Ran:
        """A shell's script as root, in the folder of the repository."""
        path = f"{self.there}/bin:{os.environ['PATH']}"
        words = ["nsenter", "-t", str(self.inside), "--mount", "--net", f"--wdns={ROOT}"]
        return _ran([*words, "env", f"PATH={path}", "bash", "-e", "-c", script], check=check)

    def as_user(self, name: str, *words: object, check: bool = True, umask: str = "022") -> Ran:
        """`carecli` with these words in somebody's own login shell."""
        line = shlex.join(["carecli", *map(str, words)])
        shell = shlex.join(["runuser", "-l", name, "-c", f"umask {umask}; {line}"])
        return self.run(shell, check=check)

    @contextmanager
    def platform(self) -> Iterator[str]:
        """The practice platform within the server's own network; its address."""
        inside = ["nsenter", "-t", str(self.inside), "--mount", "--net"]
        child = subprocess.Popen(
            [*inside, "/opt/carecli/bin/carecli", "practice", "serve", "--json"],
            stdout=subprocess.PIPE,
            text=True,
        )
        try:
            assert child.stdout is not None
            yield str(json.loads(child.stdout.readline())["url"])
        finally:
            child.terminate()
            child.communicate(timeout=PATIENCE)

    def end_engine(self) -> None:
        """Stop what `systemctl` started."""
        file = self.there / "engine.pid"
        if file.exists():
            pid = int(file.read_text())
            os.kill(pid, signal.SIGTERM)
            until(lambda: not Path(f"/proc/{pid}").exists(), "the engine ends")
            file.unlink()


def _ran(words: list[str], *, check: bool) -> Ran:
    done = subprocess.run(words, capture_output=True, text=True, timeout=PATIENCE, check=False)
    assert done.returncode == 0 or not check, (words, done.stdout, done.stderr)
    return Ran(done.returncode, done.stdout, done.stderr)


@contextmanager
def server() -> Iterator[Server]:
    """A server with nobody on it yet; skips where the tests may not make one."""
    there = Path(
        tempfile.mkdtemp(prefix="carecli-server-", dir="/var/tmp")
    )  # every user must reach it
    there.chmod(0o755)
    site = next(path for path in sys.path if path.endswith("site-packages"))
    script = PREPARE.format(
        there=there, prefix=sys.base_prefix, site=site, code=ROOT, python=PYTHON
    )
    child = subprocess.Popen(
        ["unshare", "--mount", "--net", "--kill-child", "bash", "-c", script],
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        until(lambda: (there / "ready").exists() or child.poll() is not None, "the server is up")
        if child.poll() is not None:
            told = child.stderr.read() if child.stderr is not None else ""
            if "CI" in os.environ:
                pytest.fail(f"no mounts of its own: {told}")
            pytest.skip(f"mounts of its own need root: {told}")
        (there / "bin").mkdir()
        systemctl = there / "bin" / "systemctl"
        systemctl.write_text(SYSTEMCTL.format(python=sys.executable, there=there))
        systemctl.chmod(0o755)
        here = Server(there, child.pid)
        try:
            yield here
        finally:
            here.end_engine()
    finally:
        child.kill()
        child.wait(PATIENCE)
        if child.stderr is not None:
            child.stderr.close()
        shutil.rmtree(there, ignore_errors=True)


def start_unit(there: Path) -> None:
    """Start the process that `carecli.service` describes; its id stands in `engine.pid`."""
    unit = configparser.RawConfigParser(strict=False)
    unit.optionxform = str  # type: ignore[assignment, method-assign]  # names of a unit keep their case
    text = Path("/etc/systemd/system/carecli.service").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if not line.startswith("Environment")]
    unit.read_string("\n".join(lines))
    told = dict(unit["Service"])
    own = [line.split("=", 1)[1] for line in text.splitlines() if line.startswith("Environment=")]
    state = Path("/var/lib") / told["StateDirectory"]
    state.chmod(int(told["StateDirectoryMode"], 8))
    words = ["setpriv", f"--reuid={told['User']}", f"--regid={told['Group']}", "--init-groups"]
    words += ["env", "-i", "PATH=/usr/bin:/bin", *" ".join(own).split()]
    shell = f"umask {told['UMask']}; exec {told['ExecStart']}"
    child = subprocess.Popen(
        [*words, "sh", "-c", shell],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=(there / "engine.err").open("w"),
        start_new_session=True,
    )
    (there / "engine.pid").write_text(str(child.pid))


if __name__ == "__main__":
    start_unit(Path(sys.argv[1]))
