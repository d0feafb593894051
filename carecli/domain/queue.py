"""The order of the queue: words that sort threads, the last by a time.

`pressing` and `red` are bands: whoever they take in stands before everybody else, sorted by colour
(red first) and then by the time. `campaign` (boosted ones first), `point` (contact point) and
`colour` sort what is left, one after the other. The last word is a time: `deadline`, or alone one
of `oldest`, `newest` and `waiting`.
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
"""The highest colour first."""

PRESSING_TIME: Millis = 30 * MINUTE
PRESSING_PART = 3


def pressing_times(
    rules: Mapping[Colour, ColourRule],
    most: Millis = PRESSING_TIME,
    part: int = PRESSING_PART,
) -> dict[Colour, Millis]:
    """For each colour the time left (ms) from which on a thread is pressing.

    That is the smaller of `most` and one `part`-th of the time the colour allows.
    """
    return {colour: min(most, rule.within // part) for colour, rule in rules.items()}


@dataclass(frozen=True, slots=True)
class Group:
    """Threads that stand together in the queue, sorted by time only; None: of any kind."""

    pressing: bool | None = None
    colours: tuple[Colour, ...] = COLOURS
    boosted: bool | None = None
    point: ContactPoint | None = None


@dataclass(frozen=True, slots=True)
class QueueOrder:
    """The words of an order but for the last, and the last: a time.

    `pressing` tells for each colour the time left (ms) from which on a thread is pressing.
    """

    classes: tuple[str, ...] = CLASSES
    time: str = "deadline"
    points: tuple[ContactPoint, ...] = POINTS
    pressing: Mapping[Colour, Millis] = field(
        default_factory=lambda: pressing_times(DEFAULT_RULES), hash=False
    )

    def groups(self) -> Iterator[Group]:
        """The groups one after another, as the queue shows them."""
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
        """Every contact point in its order: those named, then the others."""
        return self.points + tuple(point for point in POINTS if point not in self.points)


DEFAULT_ORDER = QueueOrder()

SORTS: dict[str, QueueOrder] = {
    "queue": DEFAULT_ORDER,
    "deadline": QueueOrder((), "deadline"),
    "oldest": QueueOrder((), "oldest"),
    "newest": QueueOrder((), "newest"),
    "waiting": QueueOrder((), "waiting"),
}
"""What a list can be sorted by; `queue` is replaced by the configured order."""


def is_order(words: Sequence[str]) -> bool:
    """Whether these words are an order: each of them once, and one time as the last.

    Only `deadline` goes with other words: the other times are orders of their own.
    """
    if not words or words[-1] not in TIMES:
        return False
    classes = words[:-1]
    is_valid = set(classes) <= {*CLASSES} and len({*classes}) == len(classes)
    return is_valid and (not classes or words[-1] == "deadline")


def parse_order(sort: str, queue: QueueOrder) -> QueueOrder | None:
    """The order that a list is sorted by; None when `sort` is none.

    `sort` is one of SORTS, or the words of an order between commas. `queue` is the configured
    order, whose contact points and times left hold here too.
    """
    if sort == "queue":
        return queue
    if sort in SORTS:
        return SORTS[sort]
    words = [word.strip() for word in sort.split(",")]
    if not is_order(words):
        return None
    return replace(queue, classes=tuple(words[:-1]), time=words[-1])
