"""Real mail servers, started once for all tests of the connector."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support.mail_servers import MailServers, running_mail_servers


@pytest.fixture(scope="session")
def servers() -> Iterator[MailServers]:
    with running_mail_servers() as found:
        yield found
