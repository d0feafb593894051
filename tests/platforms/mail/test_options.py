"""Options of a mailbox: what is wrong with them is said with the key."""

from __future__ import annotations

import pytest

from carecli.domain.errors import ConfigError
from carecli.platforms.base import Account
from carecli.platforms.registry import create_connector


@pytest.mark.parametrize(
    ("options", "key"),
    [
        ({"host": ""}, "options.host"),
        ({"host": "mail.example.com", "tls": "none"}, "options.tls"),
        ({"host": "h", "role": "post"}, "options.role"),
        ({"host": "h", "role": "cases"}, "options.senders"),
        ({"host": "h", "role": "cases", "senders": "a.test"}, "options.authserv"),
        ({"host": "h", "role": "cases", "senders": "a.test", "authserv": "x"}, "options.to"),
        ({"host": "h", "port": "imap"}, "options.port"),
        ({"host": "h", "pasword": "x"}, "options.pasword"),
    ],
)
def test_a_wrong_option_is_named(options: dict[str, str], key: str) -> None:
    with pytest.raises(ConfigError) as caught:
        create_connector(Account("post", "mail", "care@care.test", "x", options=options))
    assert caught.value.key == f"channels.post.{key}"
