"""A plain Graph client for tests, and moments they share."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import httpx

NOW = 1_795_000_000_000
"""2026-11-18T11:06:40Z, in ms."""


def plain_client(url: str, headers: Mapping[str, str] | None = None) -> httpx.Client:
    """A client of a server on loopback; it does not read the system's certificates."""
    return httpx.Client(base_url=url, headers=headers, timeout=10, verify=False)


class Graph:
    """Calls with a token in the header; answers are decoded JSON."""

    def __init__(self, url: str, token: str, version: str = "v26.0") -> None:
        headers = {"Authorization": f"Bearer {token}"}
        self.client = plain_client(f"{url}/{version}", headers)

    def get(self, path: str, **params: Any) -> Any:
        return self.client.get(path, params=params).json()

    def post(self, path: str, **form: Any) -> Any:
        return self.client.post(path, data=form).json()

    def send(self, account: str, **body: Any) -> Any:
        return self.client.post(f"{account}/messages", json=body).json()

    def delete(self, path: str) -> Any:
        return self.client.delete(path).json()

    def all(self, path: str, **params: Any) -> Iterator[Any]:
        """Every item of an edge, following `next` until there is none."""
        page = self.get(path, **params)
        while True:
            yield from page["data"]
            following = page.get("paging", {}).get("next")
            if following is None:
                return
            page = self.client.get(following).json()

    def close(self) -> None:
        self.client.close()


def error_of(answer: Any) -> tuple[int, int]:
    """Code and subcode of an error answer, and that it looks as the platform's do."""
    error = answer["error"]
    assert error["message"]
    assert error["type"] in {"OAuthException", "GraphMethodException", "FacebookApiException"}
    assert error["fbtrace_id"]
    return error["code"], error.get("error_subcode", 0)
