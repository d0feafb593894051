"""Labelled texts that matching and suggesting are measured on; see nlp/SOURCES.md."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

NLP = Path(__file__).parent / "nlp"


class Labelled(NamedTuple):
    """A text, what people called it, and its language."""

    text: str
    label: str
    language: str


class Found(NamedTuple):
    """How well what was found agrees with the labels, each from 0 to 1."""

    precision: float
    recall: float

    @property
    def f1(self) -> float:
        """The harmonic mean of both."""
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0


def labelled(*names: str) -> list[Labelled]:
    """The texts of files, e.g. `authored_triage`."""
    texts = []
    for name in names:
        lines = (NLP / f"{name}.tsv").read_text("utf-8").split("\n")[1:]
        texts += [Labelled(*line.split("\t")[:3]) for line in lines if line.count("\t") >= 2]
    return texts


def colours() -> list[Labelled]:
    """The authored messages with their colours."""
    triage = labelled("authored_triage")
    return [one._replace(label=one.label.partition("|")[0]) for one in triage]


def terms_of(name: str) -> list[str]:
    """The terms of a list as published."""
    return (NLP / f"{name}.txt").read_text("utf-8").split("\n")[:-1]


def compare(is_found: Iterable[bool], is_so: Iterable[bool]) -> Found:
    """Precision and recall."""
    pairs = list(zip(is_found, is_so, strict=True))
    right = sum(found and so for found, so in pairs)
    found, so = sum(found for found, _ in pairs), sum(so for _, so in pairs)
    return Found(right / found if found else 0.0, right / so if so else 0.0)


def macro_f1(told: Sequence[str], labels: Sequence[str]) -> float:
    """The mean of each label's F1."""
    kinds = sorted(set(labels))
    each = [compare((t == kind for t in told), (t == kind for t in labels)).f1 for kind in kinds]
    return sum(each) / len(each)
