"""Sets up webhooks: where the engine listens, and the secrets that verify the sender."""

from __future__ import annotations

import socket
from collections.abc import Callable

from carecli.boot.channels import META
from carecli.boot.setup import Setup
from carecli.config import problem_at
from carecli.domain.errors import CareError
from carecli.secrets import Secret, fetch
from carecli.sync.webhook_receiver import WebhookReceiver


def open_receiver(
    setup: Setup, listen: str = "", *, hide: Callable[[Secret], object] = bool
) -> WebhookReceiver | None:
    """A receiver of webhooks, bound to `listen` (`host:port`) or as configured, or None.

    Raises ConfigError if the configuration names no secret, SecretMissing if a secret cannot be
    read, CareError if the address cannot be bound.
    """
    address = listen or setup.config.engine.listen
    if not address:
        return None
    from carecli.platforms.meta.webhooks import MetaWebhooks

    token = setup.config.engine.verify_token
    channels = {
        k: channel for k, channel in setup.config.channels.items() if channel.platform in META
    }
    secrets = [
        _revealed(fetch(channel.secret, key), hide)
        for key, channel in channels.items()
        if channel.secret
    ]
    if token is None or not secrets:
        raise problem_at(
            setup.file,
            "engine.listen",
            "webhooks need the app secret and a verify token",
            hint="set `secret` of a channel and `engine.verify_token`, e.g. to env:NAME",
        )
    hook = MetaWebhooks(
        _revealed(fetch(token, "verify_token"), hide), tuple(dict.fromkeys(secrets))
    )
    accounts = {(channel.platform, channel.account): key for key, channel in channels.items()}
    return WebhookReceiver([hook], _bind(address), accounts)


def _revealed(secret: Secret, hide: Callable[[Secret], object]) -> str:
    hide(secret)
    return secret.reveal()


def _bind(address: str) -> socket.socket:
    host, _, port = address.rpartition(":")
    if not host or not port.isdigit() or int(port) > 65535:
        raise CareError(
            f"{address!r} is not a valid address.", hint="Expected e.g. 127.0.0.1:8765."
        )
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    sock = socket.socket(family)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        sock.bind((host.strip("[]"), int(port)))
    except OSError as error:
        sock.close()
        raise CareError(
            f"carecli cannot listen at {address}: {error.strerror}.", hint="Choose another port."
        ) from error
    return sock
