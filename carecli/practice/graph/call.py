"""A call to the Graph API, its parameters and its token."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from carecli.practice.graph.errors import (
    GraphError,
    bad_parameter,
    missing_permission,
    token_error,
    unknown_choice,
)
from carecli.practice.graph.traits import Traits
from carecli.practice.nodes import BrandAccount, Node
from carecli.practice.world import World

USER_TOKEN = "practice-user"  # noqa: S105 - the practice platform's tokens are public
SYSTEM_TOKEN = "practice-system"  # noqa: S105 - likewise
APP_ID = "100000000000001"
APP_SECRET = "practice-secret"  # noqa: S105 - likewise
APP_TOKEN = f"{APP_ID}|{APP_SECRET}"
USER_ID = "100200300400500"


def page_token(page_id: str) -> str:
    """The token of a practice page."""
    return f"practice-page-{page_id}"


@dataclass(frozen=True, slots=True)
class Token:
    """The token of a caller: kind is page, user, system_user, app or none."""

    kind: str
    page: BrandAccount | None = None

    @property
    def is_person(self) -> bool:
        """Whether it belongs to a person or a system user."""
        return self.kind in {"user", "system_user"}


@dataclass(frozen=True, slots=True)
class Call:
    """A request with its token resolved.

    `parameters` are from query and body; `path` is the part after the version.
    """

    world: World
    method: str
    version: str
    path: tuple[str, ...]
    parameters: Mapping[str, Any]
    token: Token
    origin: str
    traits: Traits = field(default_factory=Traits)
    query_token: str = ""
    """The token if it came in the query: links to further pages then contain it."""

    @property
    def now(self) -> int:
        """The platform's time in ms."""
        return self.world.clock()

    def text(self, name: str) -> str:
        """A parameter as text; empty if absent."""
        value = self.parameters.get(name, "")
        return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)

    def flag(self, name: str) -> bool | None:
        """A parameter that is true or false; None if absent."""
        value = self.parameters.get(name)
        if value is None or isinstance(value, bool):
            return value
        match str(value).lower():
            case "true" | "1":
                return True
            case "false" | "0":
                return False
            case other:
                raise bad_parameter(f"Param {name} must be a boolean, got {other}")

    def object(self, name: str) -> Mapping[str, Any]:
        """A parameter that is an object or JSON text of one; empty if absent."""
        value = self.parameters.get(name)
        if isinstance(value, str) and value:
            try:
                value = json.loads(value)
            except ValueError:
                raise bad_parameter(f"Param {name} must be a valid JSON object") from None
        if value in (None, ""):
            return {}
        if not isinstance(value, Mapping):
            raise bad_parameter(f"Param {name} must be an object")
        return value

    def words(self, name: str) -> list[str]:
        """A list parameter: comma-separated, as JSON, or as a list; [] if absent."""
        value = self.parameters.get(name)
        if isinstance(value, str):
            if value.startswith("["):
                try:
                    value = json.loads(value)
                except ValueError:
                    raise bad_parameter(f"Param {name} must be an array") from None
            else:
                value = value.split(",")
        if value in (None, ""):
            return []
        if not isinstance(value, list):
            raise bad_parameter(f"Param {name} must be an array")
        return [str(item).strip() for item in value if str(item).strip()]

    def needs(self, scope: str, code: int = 10) -> None:
        """Raise unless our app was granted this permission."""
        if scope not in self.world.app.granted:
            raise missing_permission(scope, code)

    def arguments(self) -> dict[str, str]:
        """All parameters as text."""
        return {name: self.text(name) for name in self.parameters}

    def moved(self, **changes: Any) -> Call:
        """A copy with these changes."""
        return replace(self, **changes)

    def owns(self, node: Node) -> bool:
        """Whether this is the token of the page the node belongs to."""
        return self.token.page is not None and node.account.page is self.token.page

    def must_own(self, node: Node) -> None:
        """Raise unless this is the token of the page the node belongs to."""
        if self.token.is_person:
            raise token_error("This method must be called with a Page Access Token")
        if not self.owns(node):
            raise GraphError(
                200,
                "(#200) The user hasn't authorized the application to perform this action",
                status=403,
            )


def choice(
    arguments: Mapping[str, str], name: str, allowed: tuple[str, ...], default: str = ""
) -> str:
    """A parameter that takes one of a few words, in any case.

    Raises code 100 for another word; `default` is used if it is absent.
    """
    value = arguments.get(name, "")
    if not value:
        return default
    if value.lower() not in allowed:
        raise unknown_choice(name, allowed, value)
    return value.lower()


def check_proof(world: World, token: str, proof: str) -> None:
    """Raise if `appsecret_proof` is wrong, or missing although the app requires it."""
    if not proof:
        if world.app.wants_proof and token != APP_TOKEN:
            raise GraphError(
                100,
                "API calls from the server require an appsecret_proof argument",
                kind="GraphMethodException",
            )
        return
    expected = hmac.new(APP_SECRET.encode(), token.encode(), hashlib.sha256).hexdigest()
    if not hmac.compare_digest(expected.encode(), proof.encode()):
        raise GraphError(
            100,
            "Invalid appsecret_proof provided in the API argument",
            kind="GraphMethodException",
        )


def read_token(world: World, text: str) -> Token:
    """Resolve a token. Raises code 190 for an unknown one, 104 if it is missing."""
    if not text:
        raise GraphError(104, "An access token is required to request this resource.")
    if text in world.app.refused:
        raise token_error("Error validating access token: The session was invalidated.", 460)
    if text == USER_TOKEN:
        return Token("user")
    if text == SYSTEM_TOKEN:
        return Token("system_user")
    if text == APP_TOKEN:
        return Token("app")
    for account in world.accounts.values():
        if account.platform == "facebook" and account.token == text:
            return Token("page", account)
    raise token_error("Invalid OAuth access token - Cannot parse access token")
