"""The order of the queue: a list of keys, each a class of threads or a time.

`pressing` (overdue or red), `campaign` (boosted) and `point` (contact point) sort into classes;
the last key is a time: `deadline`, `oldest`, `newest` or `waiting`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product

from carecli.domain.model import ContactPoint

CLASSES = ("pressing", "campaign", "point")
TIMES = ("deadline", "oldest", "newest", "waiting")

POINTS = (
    ContactPoint.PRIVATE_MESSAGE,
    ContactPoint.COMMENT,
    ContactPoint.AD_COMMENT,
    ContactPoint.GROUP_POST,
    ContactPoint.MENTION,
    ContactPoint.REVIEW,
    ContactPoint.EMAIL,
    ContactPoint.CALL,
)
"""Working order: private messages, then comments, then ad comments, then the rest."""


@dataclass(frozen=True, slots=True)
class Group:
    """One class of threads in the queue; None leaves a key open."""

    pressing: bool | None = None
    boosted: bool | None = None
    point: ContactPoint | None = None


@dataclass(frozen=True, slots=True)
class QueueOrder:
    """Class keys in their order, then a time."""

    classes: tuple[str, ...] = ("pressing", "campaign", "point")
    time: str = "deadline"
    points: tuple[ContactPoint, ...] = POINTS

    def groups(self) -> Iterator[Group]:
        """The classes one after another, as the queue shows them."""
        ranges: dict[str, Sequence[bool | ContactPoint]] = {
            "pressing": (True, False),
            "campaign": (True, False),
            "point": self.points + tuple(point for point in POINTS if point not in self.points),
        }
        for values in product(*(ranges[key] for key in self.classes)):
            found = dict(zip(self.classes, values, strict=True))
            point = found.get("point")
            pressing, boosted = found.get("pressing"), found.get("campaign")
            yield Group(
                None if pressing is None else bool(pressing),
                None if boosted is None else bool(boosted),
                point if isinstance(point, ContactPoint) else None,
            )


DEFAULT_ORDER = QueueOrder()

SORTS: dict[str, QueueOrder] = {
    "queue": DEFAULT_ORDER,
    "deadline": QueueOrder((), "deadline"),
    "oldest": QueueOrder((), "oldest"),
    "newest": QueueOrder((), "newest"),
    "waiting": QueueOrder((), "waiting"),
}
"""What a list can be sorted by; `queue` is replaced by the configured order."""
