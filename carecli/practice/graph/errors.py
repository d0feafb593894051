"""The error object of the Graph API: code, subcode, sentence, type and HTTP status."""

from __future__ import annotations

import hashlib

DOCS = "https://developers.facebook.com/docs/graph-api"


class GraphError(Exception):
    """An answer with an `error` object; mostly HTTP 400, whatever went wrong."""

    def __init__(
        self,
        code: int,
        message: str,
        *,
        subcode: int = 0,
        kind: str = "OAuthException",
        status: int = 400,
        transient: bool = False,
        title: str = "",
        advice: str = "",
    ) -> None:
        super().__init__(message)
        self.code = code
        self.subcode = subcode
        self.message = message
        self.kind = kind
        self.status = status
        self.transient = transient
        self.title = title
        self.advice = advice

    def body(self) -> dict[str, object]:
        """`{"error": {message, type, code, error_subcode?, is_transient?, fbtrace_id}}`."""
        error: dict[str, object] = {"message": self.message, "type": self.kind, "code": self.code}
        if self.subcode:
            error["error_subcode"] = self.subcode
        if self.transient:
            error["is_transient"] = True
        if self.title:
            error["error_user_title"] = self.title
            error["error_user_msg"] = self.advice
        digest = hashlib.blake2b(f"{self.code}{self.message}".encode(), digest_size=8)
        error["fbtrace_id"] = "A" + digest.hexdigest()
        return {"error": error}


def unknown_object(method: str, node_id: str) -> GraphError:
    """The object is gone or was never visible to this token; the platform does not tell which."""
    verb = method.lower()
    return GraphError(
        100,
        f"Unsupported {verb} request. Object with ID '{node_id}' does not exist, cannot be loaded "
        "due to missing permissions, or does not support this operation. Please read the Graph "
        f"API documentation at {DOCS}",
        subcode=33,
        kind="GraphMethodException",
    )


def no_feature() -> GraphError:
    """Somebody else's page, and the app has no feature that lets it see those."""
    return GraphError(
        100,
        "(#100) Object does not exist, cannot be loaded due to missing permission or reviewable "
        "feature, or does not support this operation. This endpoint requires the "
        "'pages_read_engagement' permission or the 'Page Public Content Access' feature or the "
        "'Page Public Metadata Access' feature.",
    )


def unknown_user(name: str) -> GraphError:
    """Business discovery finds no professional account of this name."""
    return GraphError(
        110,
        "Invalid user id",
        subcode=2207013,
        title="Cannot find User",
        advice=f"The user with username: {name} cannot be found.",
    )


def unknown_alias(name: str) -> GraphError:
    """No object has this name."""
    return GraphError(803, f"(#803) Some of the aliases you requested do not exist: {name}")


def unknown_field(name: str, node_type: str) -> GraphError:
    """The node has no such field."""
    return GraphError(
        100, f"(#100) Tried accessing nonexistent field ({name}) on node type ({node_type})"
    )


def unknown_path(name: str) -> GraphError:
    """The node has no such edge."""
    return GraphError(2500, f"Unknown path components: /{name}")


def bad_parameter(sentence: str, subcode: int = 0) -> GraphError:
    """The request itself is wrong."""
    return GraphError(100, f"(#100) {sentence}", subcode=subcode)


def unknown_choice(name: str, allowed: tuple[str, ...], got: str) -> GraphError:
    """A parameter takes one of a few words, and this is none of them."""
    words = ", ".join(word.upper() for word in allowed)
    return bad_parameter(f'Param {name} must be one of {{{words}}} - got "{got[:80]}"')


def missing_permission(scope: str, code: int = 10) -> GraphError:
    """The app was not granted what this call wants."""
    if code == 230:
        sentence = f"Requires {scope} permission to manage the object"
    else:
        sentence = f"This endpoint requires the '{scope}' permission or an approved feature."
    return no_permission(sentence, code)


def page_token_wanted() -> GraphError:
    """What a page of the new kind answers to the token of a person or of a system user."""
    return GraphError(
        190,
        "Invalid OAuth 2.0 Access Token",
        subcode=2069032,
        title="User Access Token Is Not Supported",
        advice="A Page access token is required for this call for the new Pages experience.",
    )


def token_error(sentence: str, subcode: int = 0) -> GraphError:
    """The token is no good."""
    return GraphError(190, sentence, subcode=subcode, status=400)


def no_permission(sentence: str, code: int = 200) -> GraphError:
    """The token may not do this."""
    return GraphError(code, f"(#{code}) {sentence}", status=403)
