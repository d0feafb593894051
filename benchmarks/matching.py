"""`python -m benchmarks.matching`: messages a second through 10, 1,000 and 10,000 terms.

Processor time, as other programs may run beside us. `first` is a run that has seen nothing before;
`steady` is one on messages not seen, by a set that has read others: what an engine does all day.
Beside it the same terms in one alternation of `re`, on text folded the same way, without
disguises or inflection.
"""

from __future__ import annotations

import random
import re
import time
from collections.abc import Callable, Sequence
from typing import NamedTuple

from benchmarks.labelled import labelled
from carecli.matching.folded_text import fold
from carecli.matching.term_set import TermSet
from carecli.matching.terms import WordTerm
from carecli.matching.words import STARTERS, read_words

SIZES = (10, 1_000, 10_000)
TARGET = 20_000
"""Messages a second, folding and 1,000 terms included."""
ALTERNATED = 500
"""Messages that `re` is given, as it would take minutes."""


class Rate(NamedTuple):
    """Messages a second by number of terms; `alternation` is that of `re`."""

    terms: int
    compiled: float
    first: float
    steady: float
    alternation: float
    hits: float

    def line(self) -> str:
        """As a line of the table."""
        verdict = "ok" if self.steady >= TARGET else "MISSED"
        target = verdict if self.terms == 1_000 else f"({verdict})"
        ratio = self.steady / self.alternation
        return (
            f"{self.terms:>7,}{self.compiled:>12.2f}{self.first:>12,.0f}{self.steady:>12,.0f}"
            f"{self.alternation:>12,.0f}{ratio:>9,.1f}{self.hits:>9.1%}  {target}"
        )


def messages() -> list[str]:
    """All labelled texts, mixed."""
    names = ["pl_poleval2019t6_train", "authored_triage"]
    names += [f"{language}_xlmt_sentiment_train" for language in ("en", "es")]
    texts = [one.text for one in labelled(*names)]
    random.Random(1).shuffle(texts)
    return texts


def terms(count: int, texts: Sequence[str]) -> list[WordTerm]:
    """So many terms: those of the starter lists, and made-up ones of the texts' own syllables."""
    lists = [read_words(STARTERS / f"{language}.txt").terms for language in ("en", "es", "pl")]
    mixed = [term for kept in lists for term in kept]
    chance = random.Random(2)
    chance.shuffle(mixed)
    words = sorted({w for text in texts for w in text.casefold().split() if w.isalpha()})
    words = [word for word in words if len(word) > 5]
    while len(mixed) < count:
        made = chance.choice(words)[:5] + chance.choice(words)[-5:]
        mixed.append(WordTerm.parse(made, language=chance.choice(["en", "es", "pl"])))
    return mixed[:count]


def measure(count: int, texts: Sequence[str]) -> Rate:
    """The rates for so many terms."""
    looked_for = terms(count, texts)
    half = len(texts) // 2
    compiled = _seconds(lambda: TermSet.compile(looked_for))
    made = TermSet.compile(looked_for)
    first = _seconds(lambda: [made.find(text) for text in texts[:half]])
    steady = _seconds(lambda: [made.find(text) for text in texts[half:]])
    hits = sum(bool(made.find(text)) for text in texts) / len(texts)
    words = "|".join(re.escape(fold(term.text)).replace(r"\*", r"\w*") for term in looked_for)
    pattern = re.compile(rf"\b(?:{words})\b")
    few = texts[:ALTERNATED]
    slow = _seconds(lambda: [pattern.search(fold(text)) for text in few])
    return Rate(count, compiled, half / first, (len(texts) - half) / steady, len(few) / slow, hits)


def folding(texts: Sequence[str]) -> float:
    """Messages a second that are folded."""
    return len(texts) / _seconds(lambda: [fold(text) for text in texts])


def _seconds(work: Callable[[], object]) -> float:
    start = time.process_time()
    work()
    return max(time.process_time() - start, 1e-9)


def table() -> list[str]:
    """Everything measured, as lines."""
    texts = messages()
    letters = sum(map(len, texts)) / len(texts)
    heads = ("terms", "compile s", "first/s", "steady/s", "re/s", "ratio", "hit")
    widths = (7, 12, 12, 12, 12, 9, 9)
    return [
        f"{len(texts):,} messages of {letters:.0f} characters; folded {folding(texts):,.0f}/s",
        "".join(f"{head:>{width}}" for head, width in zip(heads, widths, strict=True)),
        *(measure(count, texts).line() for count in SIZES),
        f"target: {TARGET:,} messages/s through 1,000 terms, folding included",
    ]


def main() -> None:
    """Measure, and print."""
    print("\n".join(table()))


if __name__ == "__main__":
    main()
