"""A real Matrix homeserver (Synapse) on loopback, for as long as tests run.

Synapse has many dependencies of its own, so it lives in a virtual environment apart from
carecli's: the folder in `CARECLI_SYNAPSE_VENV`, or `.venv-synapse` at the root of the repository.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

ROOT = Path(__file__).parents[2]
VENV = Path(os.environ.get("CARECLI_SYNAPSE_VENV") or ROOT / ".venv-synapse")
INSTALL = f"{sys.executable} -m venv {VENV} && {VENV}/bin/pip install 'matrix-synapse>=1.150'"
SHARED_SECRET = "only-for-tests-on-loopback"
START_SECONDS = 120.0
STOP_SECONDS = 20.0

GENERATE = """
import sys, yaml
from pathlib import Path
path, port = Path(sys.argv[1]), int(sys.argv[2])
config = yaml.safe_load(path.read_text())
many = {"per_second": 1000, "burst_count": 10000}
config |= {
    "listeners": [{"port": port, "bind_addresses": ["127.0.0.1"], "type": "http", "tls": False,
                   "resources": [{"names": ["client"], "compress": False}]}],
    "trusted_key_servers": [], "suppress_key_server_warning": True,
    "enable_registration": False, "registration_shared_secret": sys.argv[3],
    "url_preview_enabled": False, "federation_domain_whitelist": [],
    "bcrypt_rounds": 4, "user_directory": {"enabled": False},
    "rc_message": many, "rc_registration": many, "rc_admin_redaction": many,
    "rc_login": {"address": many, "account": many, "failed_attempts": many},
    "rc_joins": {"local": many, "remote": many},
    "rc_invites": {"per_room": many, "per_user": many, "per_issuer": many},
    "rc_room_creation": many, "rc_reports": many,
}
path.write_text(yaml.safe_dump(config))
"""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with an account on the homeserver, speaking plain HTTP."""

    base_url: str
    user: str
    token: str
    client: httpx.Client

    def ask(self, method: str, path: str, body: object = None, **params: str) -> Any:
        """One call of the client-server API, which must succeed."""
        answer = self.client.request(
            method,
            f"{self.base_url}/_matrix/client/v3/{path}",
            params=params,
            json=body,
            headers={"Authorization": f"Bearer {self.token}"},
        )
        assert answer.status_code == 200, answer.text
        return answer.json()

    def create_room(self, *invited: Person, name: str = "", **more: object) -> str:
        """A room the invited have joined."""
        users = [person.user for person in invited]
        body: dict[str, object] = {"preset": "private_chat", "invite": users, **more}
        if name:
            body["name"] = name
        room: str = self.ask("POST", "createRoom", body)["room_id"]
        for person in invited:
            person.ask("POST", f"join/{room}", {})
        return room

    def say(self, room: str, text: str, **content: object) -> str:
        """Write a message; its event id."""
        return self.put(room, "m.room.message", {"msgtype": "m.text", "body": text, **content})

    def put(self, room: str, kind: str, content: object) -> str:
        """Send an event; its id."""
        key = os.urandom(8).hex()
        event: str = self.ask("PUT", f"rooms/{room}/send/{kind}/{key}", content)["event_id"]
        return event

    def redact(self, room: str, event: str) -> None:
        """Take an event back, or remove somebody else's."""
        self.ask("PUT", f"rooms/{room}/redact/{event}/{os.urandom(8).hex()}", {})

    def timeline(self, room: str) -> list[dict[str, Any]]:
        """The newest hundred events of a room, oldest first."""
        chunk = self.ask("GET", f"rooms/{room}/messages", dir="b", limit="100")["chunk"]
        return list(reversed(chunk))

    def texts(self, room: str) -> list[str]:
        """What stands in a room, redacted messages apart."""
        contents = (event["content"] for event in self.timeline(room))
        return [content["body"] for content in contents if "msgtype" in content]


@dataclass(frozen=True, slots=True)
class Synapse:
    """A running homeserver, and the HTTP client its people use."""

    base_url: str
    client: httpx.Client

    def person(self, name: str) -> Person:
        """A newly registered person (Synapse's shared-secret registration)."""
        url = f"{self.base_url}/_synapse/admin/v1/register"
        nonce = self.client.get(url).json()["nonce"]
        secret = f"{nonce}\0{name}\0password\0notadmin".encode()
        mac = hmac.new(SHARED_SECRET.encode(), secret, hashlib.sha1).hexdigest()
        body = {"nonce": nonce, "username": name, "password": "password", "mac": mac}
        answer = self.client.post(url, json=body)
        assert answer.status_code == 200, answer.text
        told = answer.json()
        return Person(self.base_url, told["user_id"], told["access_token"], self.client)


def require_synapse() -> None:
    """Skip where Synapse is not installed, saying how to; in CI that is a failure."""
    if (VENV / "bin" / "synapse_homeserver").exists():
        return
    told = f"Synapse is not installed; run: make synapse, or {INSTALL}"
    if os.environ.get("CI") == "true":
        pytest.fail(told)
    pytest.skip(told)


@contextmanager
def running_synapse(folder: Path) -> Iterator[Synapse]:
    """A homeserver named care.test with its files in `folder`, on a port the system picked."""
    require_synapse()
    python, config = VENV / "bin" / "python", folder / "homeserver.yaml"
    server: list[Path | str] = [python, "-m", "synapse.app.homeserver", "--config-path", config]
    generate = ["--server-name", "care.test", "--generate-config", "--report-stats=no"]
    _run(folder, [*server, *generate, "--data-directory", folder])
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    _run(folder, [python, "-c", GENERATE, config, str(port), SHARED_SECRET])
    with (folder / "output").open("wb") as output, httpx.Client(timeout=30) as client:
        process = subprocess.Popen(server, cwd=folder, stdout=output, stderr=output)
        try:
            synapse = Synapse(f"http://127.0.0.1:{port}", client)
            _await_start(process, synapse, folder / "output")
            yield synapse
        finally:
            process.terminate()
            try:
                process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _run(folder: Path, command: list[Path | str]) -> None:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def _await_start(process: subprocess.Popen[bytes], synapse: Synapse, output: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            break
        try:
            if synapse.client.get(f"{synapse.base_url}/health").status_code == 200:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.05)
    pytest.fail(f"Synapse did not start: {output.read_text()[-2000:]}")
