"""Suggests a label, such as a colour, from earlier decisions of moderators.

A softmax regression over hashed features, learned by stochastic gradient descent. A suggester can
always be made again from its examples, in whatever order they come: so one that is deleted is
forgotten. In between it learns each correction as it is made. What it says is a suggestion for a
person and may set local things only.
"""

from __future__ import annotations

import itertools
import json
import math
import zlib
from array import array
from collections import Counter, deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from carecli.matching.features import SIZE, Features, features
from carecli.matching.folded_text import Folded

READY = 50
"""Examples from which suggestions are worth showing."""
READY_EACH = 10
"""Examples of each label that this takes."""
MOST = 2_000
"""Examples that are learned at once, the last ones: some seconds of a processor."""
FOLDS = 3
"""Parts of the examples; some are predicted from the others, to learn how sure to be."""

_MANY = 600
"""Examples of which one part is enough to predict, and that are gone through less often."""
_EPOCHS = 10
_RATE = 0.5
_DECAY = 0.9
_RECALLED = 10
"""Earlier examples gone through again with each correction, lest it outweigh them."""
_RECALLABLE = 1_000
_MAGIC = b"carecli suggester 1\n"


class Example(NamedTuple):
    """A message and what a person decided about it."""

    text: str
    label: str


@dataclass(frozen=True, slots=True)
class Suggestion:
    """The likeliest label, how likely it is, and every label's probability (they add up to 1)."""

    label: str
    probability: float
    probabilities: dict[str, float]


class Suggester:
    """Learns labels of messages. Make one by `Suggester.learned` or `Suggester.from_bytes`."""

    def __init__(self, labels: Sequence[str]) -> None:
        self.labels = tuple(labels)
        if len(self.labels) < 2 or len(set(self.labels)) < len(self.labels):
            raise ValueError("two labels or more are needed, each once")
        self.counts: Counter[str] = Counter()
        """Examples learned, by label."""
        self.temperature = 1.0
        """What scores are divided by, so that of what is called 80% likely 80% is right."""
        self._weights = [[0.0] * SIZE for _ in self.labels]
        self._biases = [0.0] * len(self.labels)
        self._recall: deque[tuple[Features, int]] = deque(maxlen=_RECALLABLE)

    @classmethod
    def learned(cls, examples: Iterable[Example], labels: Sequence[str]) -> Suggester:
        """One that learned the last `MOST` examples; their order makes no difference."""
        last = deque((example for example in examples if example.label in labels), maxlen=MOST)
        known = [_Known(*one, labels) for one in last]
        known.sort(key=lambda one: one.order(0))
        scored = []
        folds = 0 if len(known) < READY else FOLDS if len(known) <= _MANY else 1
        for fold in range(folds):
            rest = cls(labels)
            rest._fit([one for place, one in enumerate(known) if place % FOLDS != fold])
            tested = known[fold::FOLDS]
            scored += [(rest._scores(one.features), one.place) for one in tested]
        made = cls(labels)
        made._fit(known)
        made._recall.extend((one.features, one.place) for one in known)
        if scored:
            made.temperature = fit_temperature(scored)
        return made

    @property
    def is_ready(self) -> bool:
        """Whether enough was learned for suggestions to be shown."""
        enough = all(self.counts[label] >= READY_EACH for label in self.labels)
        return enough and self.counts.total() >= READY

    def learn(self, text: str | Folded, label: str) -> None:
        """Learn one correction at once; ValueError for a label that is none of `labels`."""
        if label not in self.labels:
            raise ValueError(f"no such label: {label!r}")
        seen = features(text)
        self.counts[label] += 1
        place = self.labels.index(label)
        self._step(seen, place, _RATE * self._balance(label))
        self._recall.append((seen, place))
        stride = max(1, len(self._recall) // _RECALLED)
        for seen, place in itertools.islice(
            self._recall, self.counts.total() % stride, None, stride
        ):
            self._step(seen, place, _RATE / 2 * self._balance(self.labels[place]))

    def suggest(self, text: str | Folded) -> Suggestion:
        """What a message probably is."""
        each = softmax(self._scores(features(text)), self.temperature)
        best = max(range(len(each)), key=each.__getitem__)
        return Suggestion(self.labels[best], each[best], dict(zip(self.labels, each, strict=True)))

    def to_bytes(self) -> bytes:
        """Everything learned; `from_bytes` gives back one that answers the very same.

        It does not recall single examples, so what it learns next weighs more.
        """
        head = {
            "labels": self.labels,
            "counts": dict(sorted(self.counts.items())),
            "temperature": self.temperature,
            "size": SIZE,
        }
        numbers = array("d", self._biases)
        for weights in self._weights:
            numbers.extend(weights)
        body = json.dumps(head).encode() + b"\n" + numbers.tobytes()
        return _MAGIC + zlib.compress(body, 6)

    @classmethod
    def from_bytes(cls, kept: bytes) -> Suggester:
        """The suggester that `to_bytes` kept; ValueError for anything else."""
        try:
            magic, _, packed = kept.partition(b"\n")
            head, _, rest = zlib.decompress(packed).partition(b"\n")
            told = json.loads(head)
            made = cls(told["labels"])
            made.counts = Counter(told["counts"])
            made.temperature = float(told["temperature"])
            numbers = array("d", rest)
        except (ValueError, KeyError, TypeError, zlib.error) as error:
            raise ValueError("not a suggester that can be read") from error
        many = len(made.labels)
        if magic != _MAGIC.strip() or told.get("size") != SIZE or len(numbers) != many * (SIZE + 1):
            raise ValueError("a suggester of another version")
        made._biases = list(numbers[:many])
        made._weights = [
            list(numbers[many + place * SIZE : many + (place + 1) * SIZE]) for place in range(many)
        ]
        return made

    def _fit(self, known: Sequence[_Known]) -> None:
        """Learn examples by going through them several times, each time in another order."""
        self.counts = Counter(one.label for one in known)
        balance = {label: self._balance(label) for label in self.counts}
        rate = _RATE
        epochs = min(_EPOCHS, max(4, _EPOCHS * _MANY // max(1, len(known))))
        for epoch in range(1, epochs + 1):
            for one in sorted(known, key=lambda one: one.order(epoch)):
                self._step(one.features, one.place, rate * balance[one.label])
            rate *= _DECAY

    def _balance(self, label: str) -> float:
        """What an example of a label counts, so that rare labels are not drowned."""
        present = sum(count > 0 for count in self.counts.values())
        return self.counts.total() / (present * self.counts[label])

    def _step(self, seen: Features, place: int, rate: float) -> None:
        """Move the weights a little towards the right label."""
        for label, share in enumerate(softmax(self._scores(seen), 1.0)):
            error = share - (label == place)
            if abs(error) < 1e-3:
                continue
            move = min(rate, 5.0) * error
            self._biases[label] -= 0.1 * move
            weights = self._weights[label]
            for number, value in zip(*seen, strict=True):
                weights[number] -= move * value

    def _scores(self, seen: Features) -> list[float]:
        return [
            bias + sum([weights[number] * value for number, value in zip(*seen, strict=True)])
            for bias, weights in zip(self._biases, self._weights, strict=True)
        ]


class _Known:
    """An example ready to be learned."""

    __slots__ = ("_name", "features", "label", "place")

    def __init__(self, text: str, label: str, labels: Sequence[str]) -> None:
        self.features = features(text)
        self.label = label
        self.place = list(labels).index(label)
        self._name = f"{label} {text}".encode("utf-8", "replace")

    def order(self, epoch: int) -> tuple[int, bytes]:
        """Where it stands in an epoch: by chance, but the same each time."""
        return zlib.crc32(self._name, zlib.crc32(bytes([epoch]))), self._name


def softmax(scores: Sequence[float], temperature: float) -> list[float]:
    """Scores as probabilities."""
    top = max(scores)
    powers = [math.exp((score - top) / temperature) for score in scores]
    total = sum(powers)
    return [power / total for power in powers]


def fit_temperature(scored: Sequence[tuple[list[float], int]]) -> float:
    """The temperature under which what came true was likeliest (Guo et al., 2017)."""

    def surprise(temperature: float) -> float:
        return -sum(
            math.log(max(softmax(scores, temperature)[place], 1e-12)) for scores, place in scored
        )

    return min((0.1 * 1.1**step for step in range(50)), key=surprise)
