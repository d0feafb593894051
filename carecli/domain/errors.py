"""All errors that carecli raises on purpose.

CareError                       what went wrong, why, and what to do about it
├── ConfigError                 a file a person wrote (file, line, key, expected, nearest)
├── FilterError                 a filter that cannot be read (column, expected)
├── Refusal                     a command that is not legal now (nothing was changed)
├── StoreError                  the database cannot be used
│   ├── StoreBroken             damaged, or not ours
│   ├── StoreBusy               another process holds it
│   └── StoreFull               no room on the disk
├── QueryCancelled              a query was cancelled, its result is not needed any more
├── EngineRunning               a second engine on one database
├── SecretMissing               a token is not where the configuration says
└── PlatformError               a platform said no, or nothing
    ├── Transient               try again later; after a write: nobody knows
    ├── Throttled               asked to wait until a moment
    ├── BehaviourBlocked        the account is blocked for its behaviour: stop all public writes
    ├── TokenRefused            the channel's token is no good
    ├── PermissionMissing       the token may not do this
    ├── WindowClosed            the platform's messaging window is over
    ├── PersonUnreachable       this person cannot be written to
    ├── Gone                    the target no longer exists, or cannot be seen
    ├── AlreadyDone             done before: once is all the platform allows
    ├── LandedWrong             a reply landed where it must not: freeze all writes
    └── Refused                 a bad request; never repeated
"""

from __future__ import annotations

from typing import ClassVar

from carecli.domain.model import Millis


class CareError(Exception):
    """Something went wrong: `what` happened and, in `hint`, what a person can do now."""

    exit_code: ClassVar[int] = 1

    def __init__(self, what: str, *, hint: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.what} {self.hint}".strip()


class ConfigError(CareError):
    """The configuration has a mistake; `also` contains the other problems."""

    exit_code = 3

    def __init__(
        self, what: str, *, file: str = "", line: int = 0, key: str = "", hint: str = ""
    ) -> None:
        super().__init__(what, hint=hint)
        self.file = file
        self.line = line
        self.key = key
        self.also: tuple[ConfigError, ...] = ()

    def __str__(self) -> str:
        place = ":".join(str(part) for part in (self.file, self.line) if part)
        parts = [part for part in (place, self.key, self.what) if part]
        return ": ".join(parts) + (f" ({self.hint})" if self.hint else "")


class FilterError(CareError):
    """A filter that cannot be read; `column` counts from 0."""

    exit_code = 2

    def __init__(self, what: str, *, column: int, hint: str = "") -> None:
        super().__init__(what, hint=hint)
        self.column = column

    def __str__(self) -> str:
        return f"{self.what}; {self.hint}" if self.hint else self.what


class Refusal(CareError):
    """The command is not possible now. Nothing was changed, and nothing you typed is lost."""

    exit_code = 4


class QueryCancelled(CareError):
    """A query was cancelled because its result is not needed any more."""


class StoreError(CareError):
    """The database cannot be used."""

    exit_code = 5


class StoreBroken(StoreError):
    """The database file is damaged, or was written by another program."""


class StoreBusy(StoreError):
    """Another process kept the database locked for too long."""


class StoreFull(StoreError):
    """The disk is full. Nothing was partly written."""


class EngineRunning(CareError):
    """Another engine already serves this database."""

    exit_code = 6


class SecretMissing(CareError):
    """A token is not where the configuration says, or other users can read it."""

    exit_code = 8


class PlatformError(CareError):
    """A platform rejected a request or did not answer. `code` is the platform's, e.g. `190/463`."""

    exit_code = 7
    label: ClassVar[str] = "error"

    def __init__(self, what: str, *, code: str = "", hint: str = "") -> None:
        super().__init__(what, hint=hint)
        self.code = code


class Transient(PlatformError):
    """May work later. After a write that may have happened, the outbox item becomes unknown."""

    label = "transient"

    def __init__(
        self, what: str, *, code: str = "", hint: str = "", happened: bool | None = None
    ) -> None:
        super().__init__(what, code=code, hint=hint)
        self.happened = happened
        """False when the request surely had no effect; None when nobody knows."""


class Throttled(PlatformError):
    """The platform wants no requests until a given time; earlier requests make it longer."""

    label = "throttled"

    def __init__(self, what: str, *, until: Millis, code: str = "", hint: str = "") -> None:
        super().__init__(what, code=code, hint=hint)
        self.until = until


class BehaviourBlocked(PlatformError):
    """The account is blocked for its behaviour. Public writing stops until a person resumes it."""

    label = "blocked"


class TokenRefused(PlatformError):
    """The channel's token has expired or was revoked. The channel stops, and drafts are kept."""

    label = "token"


class PermissionMissing(PlatformError):
    """The token lacks the permission."""

    label = "permission"


class WindowClosed(PlatformError):
    """The platform no longer allows an answer here."""

    label = "window closed"


class PersonUnreachable(PlatformError):
    """This person cannot get messages (has left, has blocked the brand, or accepts no messages)."""

    label = "unreachable"


class Gone(PlatformError):
    """The target was deleted or can no longer be seen."""

    label = "gone"


class AlreadyDone(PlatformError):
    """The platform allows this only once, and it has been done."""

    label = "already done"


class LandedWrong(PlatformError):
    """A reply was accepted, but is in the wrong place. All writing on the channel stops."""

    label = "landed wrong"


class Refused(PlatformError):
    """The platform says that the request is wrong; trying again would not help."""

    label = "refused"
