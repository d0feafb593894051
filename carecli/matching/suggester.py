"""Suggests a label, such as a colour, learned from earlier decisions of moderators.

A softmax regression over hashed features, trained by stochastic gradient descent. A suggester can
be trained anew from its examples, in any order, so deleted examples are forgotten. In between it
learns each correction right away. Its suggestions are for people and may only set local things.
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
"""The fewest examples for showing suggestions."""
READY_EACH = 10
"""The fewest examples of each label for showing suggestions."""
MOST = 2_000
"""The most examples of a training, the last ones: some seconds of CPU time."""
FOLDS = 3
"""Number of folds of the cross-validation that calibrates the temperature."""

_MANY = 600
"""With more examples, only one fold is validated and fewer epochs are trained."""
_EPOCHS = 10
_RATE = 0.5
_DECAY = 0.9
_RECALLED = 10
"""How many earlier examples are repeated with each correction to limit its weight."""
_RECALLABLE = 1_000
_MAGIC = b"carecli suggester 1\n"


class Example(NamedTuple):
    """A message and the label that a person gave it."""

    text: str
    label: str


@dataclass(frozen=True, slots=True)
class Suggestion:
    """The most likely label, its probability, and the probabilities of all labels (sum 1)."""

    label: str
    probability: float
    probabilities: dict[str, float]


class Suggester:
    """Learns labels of messages. Create one by `Suggester.learned` or `Suggester.from_bytes`."""

    def __init__(self, labels: Sequence[str]) -> None:
        self.labels = tuple(labels)
        if len(self.labels) < 2 or len(set(self.labels)) < len(self.labels):
            raise ValueError("two labels or more are needed, each once")
        self.counts: Counter[str] = Counter()
        """Number of learned examples by label."""
        self.temperature = 1.0
        """Calibrates the probabilities: of suggestions with 80%, 80% should be right."""
        self._weights = [[0.0] * SIZE for _ in self.labels]
        self._biases = [0.0] * len(self.labels)
        self._recall: deque[tuple[Features, int]] = deque(maxlen=_RECALLABLE)

    @classmethod
    def learned(cls, examples: Iterable[Example], labels: Sequence[str]) -> Suggester:
        """A suggester that learned the last `MOST` examples; their order does not matter."""
        last = deque((example for example in examples if example.label in labels), maxlen=MOST)
        prepared = [_PreparedExample(*example, labels) for example in last]
        prepared.sort(key=lambda example: example.order(0))
        scored = []
        folds = 0 if len(prepared) < READY else FOLDS if len(prepared) <= _MANY else 1
        for fold in range(folds):
            trained = cls(labels)
            trained._fit(
                [example for place, example in enumerate(prepared) if place % FOLDS != fold]
            )
            tested = prepared[fold::FOLDS]
            scored += [(trained._scores(example.features), example.place) for example in tested]
        suggester = cls(labels)
        suggester._fit(prepared)
        suggester._recall.extend((example.features, example.place) for example in prepared)
        if scored:
            suggester.temperature = fit_temperature(scored)
        return suggester

    @property
    def is_ready(self) -> bool:
        """Whether enough was learned to show suggestions."""
        enough = all(self.counts[label] >= READY_EACH for label in self.labels)
        return enough and self.counts.total() >= READY

    def learn(self, text: str | Folded, label: str) -> None:
        """Learn one correction at once; raises ValueError for an unknown label."""
        if label not in self.labels:
            raise ValueError(f"no such label: {label!r}")
        message_features = features(text)
        self.counts[label] += 1
        place = self.labels.index(label)
        self._step(message_features, place, _RATE * self._balance(label))
        self._recall.append((message_features, place))
        stride = max(1, len(self._recall) // _RECALLED)
        for message_features, place in itertools.islice(
            self._recall, self.counts.total() % stride, None, stride
        ):
            self._step(message_features, place, _RATE / 2 * self._balance(self.labels[place]))

    def suggest(self, text: str | Folded) -> Suggestion:
        """The suggestion for a message."""
        shares = softmax(self._scores(features(text)), self.temperature)
        best = max(range(len(shares)), key=shares.__getitem__)
        return Suggestion(
            self.labels[best], shares[best], dict(zip(self.labels, shares, strict=True))
        )

    def to_bytes(self) -> bytes:
        """Serialise everything learned; `from_bytes` restores a suggester with equal suggestions.

        Single examples are not stored, so corrections weigh more afterwards.
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
    def from_bytes(cls, data: bytes) -> Suggester:
        """Restore a suggester from `to_bytes`; raises ValueError for other bytes."""
        try:
            magic, _, packed = data.partition(b"\n")
            head, _, rest = zlib.decompress(packed).partition(b"\n")
            header = json.loads(head)
            suggester = cls(header["labels"])
            suggester.counts = Counter(header["counts"])
            suggester.temperature = float(header["temperature"])
            numbers = array("d", rest)
        except (ValueError, KeyError, TypeError, zlib.error) as error:
            raise ValueError("not a suggester that can be read") from error
        n_labels = len(suggester.labels)
        if (
            magic != _MAGIC.strip()
            or header.get("size") != SIZE
            or len(numbers) != n_labels * (SIZE + 1)
        ):
            raise ValueError("a suggester of another version")
        suggester._biases = list(numbers[:n_labels])
        suggester._weights = [
            list(numbers[n_labels + place * SIZE : n_labels + (place + 1) * SIZE])
            for place in range(n_labels)
        ]
        return suggester

    def _fit(self, examples: Sequence[_PreparedExample]) -> None:
        """Train on examples in several epochs, each in another order."""
        self.counts = Counter(example.label for example in examples)
        balance = {label: self._balance(label) for label in self.counts}
        rate = _RATE
        epochs = min(_EPOCHS, max(4, _EPOCHS * _MANY // max(1, len(examples))))
        for epoch in range(1, epochs + 1):
            for example in sorted(examples, key=lambda example: example.order(epoch)):
                self._step(example.features, example.place, rate * balance[example.label])
            rate *= _DECAY

    def _balance(self, label: str) -> float:
        """The weight of an example of a label, so that all labels weigh equally."""
        present = sum(count > 0 for count in self.counts.values())
        return self.counts.total() / (present * self.counts[label])

    def _step(self, message_features: Features, place: int, rate: float) -> None:
        """One gradient step towards the right label."""
        for label, share in enumerate(softmax(self._scores(message_features), 1.0)):
            error = share - (label == place)
            if abs(error) < 1e-3:
                continue
            move = min(rate, 5.0) * error
            self._biases[label] -= 0.1 * move
            weights = self._weights[label]
            for number, value in zip(*message_features, strict=True):
                weights[number] -= move * value

    def _scores(self, message_features: Features) -> list[float]:
        return [
            bias
            + sum(
                [weights[number] * value for number, value in zip(*message_features, strict=True)]
            )
            for bias, weights in zip(self._biases, self._weights, strict=True)
        ]


class _PreparedExample:
    """An example with its features."""

    __slots__ = ("_name", "features", "label", "place")

    def __init__(self, text: str, label: str, labels: Sequence[str]) -> None:
        self.features = features(text)
        self.label = label
        self.place = list(labels).index(label)
        self._name = f"{label} {text}".encode("utf-8", "replace")

    def order(self, epoch: int) -> tuple[int, bytes]:
        """A sort key that gives each epoch another, reproducible order."""
        return zlib.crc32(self._name, zlib.crc32(bytes([epoch]))), self._name


def softmax(scores: Sequence[float], temperature: float) -> list[float]:
    """Scores as probabilities."""
    top = max(scores)
    powers = [math.exp((score - top) / temperature) for score in scores]
    total = sum(powers)
    return [power / total for power in powers]


def fit_temperature(scored: Sequence[tuple[list[float], int]]) -> float:
    """The temperature with the smallest log loss (Guo et al., 2017)."""

    def log_loss(temperature: float) -> float:
        return -sum(
            math.log(max(softmax(scores, temperature)[place], 1e-12)) for scores, place in scored
        )

    return min((0.1 * 1.1**step for step in range(50)), key=log_loss)
