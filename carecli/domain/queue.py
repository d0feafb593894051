"""The order of the queue: a list of words to sort threads by, the last of which is a time.

`pressing` and `red` are bands: their threads come before all others, sorted by colour (red first)
and then by the time. `campaign` (boosted ones first), `point` (contact point) and `colour` sort
the rest, one after the other. The last word is a time: `deadline`, or one of `oldest`, `newest`
and `waiting` alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from carecli.domain.model import MINUTE, Colour, ContactPoint, Millis
from carecli.domain.protocol import DEFAULT_RULES, ColourRule

CLASSES = ("pressing", "red", "campaign", "point", "colour")
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

COLOURS = (Colour.RED, Colour.YELLOW, Colour.GREEN)
"""From the highest colour to the lowest."""

PRESSING_TIME: Millis = 30 * MINUTE
PRESSING_PART = 3


def pressing_times(
    rules: Mapping[Colour, ColourRule],
    most: Millis = PRESSING_TIME,
    part: int = PRESSING_PART,
) -> dict[Colour, Millis]:
    """For each colour the time left (ms) from which on a thread is pressing.

    That is the smaller of `most` and 1/`part` of the time the colour allows.
    """
    return {colour: min(most, rule.within // part) for colour, rule in rules.items()}


@dataclass(frozen=True, slots=True)
class Group:
    """A group of threads in the queue, sorted only by time; None: any value."""

    pressing: bool | None = None
    colours: tuple[Colour, ...] = COLOURS
    boosted: bool | None = None
    point: ContactPoint | None = None


@dataclass(frozen=True, slots=True)
class QueueOrder:
    """An order: its words without the last one, and the last one, which is a time.

    `pressing` tells for each colour the time left (ms) from which on a thread is pressing.
    """

    classes: tuple[str, ...] = CLASSES
    time: str = "deadline"
    points: tuple[ContactPoint, ...] = POINTS
    pressing: Mapping[Colour, Millis] = field(
        default_factory=lambda: pressing_times(DEFAULT_RULES), hash=False
    )

    def groups(self) -> Iterator[Group]:
        """The groups in the order of the queue."""
        return self._split(self.classes, Group())

    def _split(self, words: Sequence[str], group: Group) -> Iterator[Group]:
        if not group.colours:
            return
        if not words:
            yield group
            return
        word, rest = words[0], words[1:]
        match word:
            case "pressing":
                for colour in group.colours:
                    yield replace(group, pressing=True, colours=(colour,))
                yield from self._split(rest, replace(group, pressing=False))
            case "red":
                if Colour.RED in group.colours:
                    yield replace(group, colours=(Colour.RED,))
                others = tuple(colour for colour in group.colours if colour is not Colour.RED)
                yield from self._split(rest, replace(group, colours=others))
            case "campaign":
                for boosted in (True, False):
                    yield from self._split(rest, replace(group, boosted=boosted))
            case "point":
                for point in self.all_points:
                    yield from self._split(rest, replace(group, point=point))
            case _:
                for colour in group.colours:
                    yield from self._split(rest, replace(group, colours=(colour,)))

    @property
    def all_points(self) -> tuple[ContactPoint, ...]:
        """All contact points in order: those given, then the others."""
        return self.points + tuple(point for point in POINTS if point not in self.points)


DEFAULT_ORDER = QueueOrder()

SORTS: dict[str, QueueOrder] = {
    "queue": DEFAULT_ORDER,
    "deadline": QueueOrder((), "deadline"),
    "oldest": QueueOrder((), "oldest"),
    "newest": QueueOrder((), "newest"),
    "waiting": QueueOrder((), "waiting"),
}
"""Named orders of a list; `queue` is replaced by the configured order."""


def is_order(words: Sequence[str]) -> bool:
    """Whether these words are a valid order: each at most once, with one time at the end.

    Only `deadline` can follow other words; the other times stand alone.
    """
    if not words or words[-1] not in TIMES:
        return False
    classes = words[:-1]
    is_valid = set(classes) <= {*CLASSES} and len({*classes}) == len(classes)
    return is_valid and (not classes or words[-1] == "deadline")


def parse_order(sort: str, queue: QueueOrder) -> QueueOrder | None:
    """The order that `sort` describes, None if it is not valid.

    `sort` is one of SORTS, or the words of an order separated by commas. `queue` is the configured
    order, whose contact points and pressing times are used.
    """
    if sort == "queue":
        return queue
    if sort in SORTS:
        return SORTS[sort]
    words = [word.strip() for word in sort.split(",")]
    if not is_order(words):
        return None
    return replace(queue, classes=tuple(words[:-1]), time=words[-1])
