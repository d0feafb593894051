"""`python -m benchmarks.matching_quality`: what matching and suggesting find, and what they miss.

Figures in brackets are those of the study the design rests on, on the same texts.
"""

from __future__ import annotations

import json
import random
import zlib
from collections.abc import Callable, Iterable, Sequence

from benchmarks.labelled import NLP, Labelled, colours, compare, labelled, macro_f1, terms_of
from carecli.domain.language import guess_language
from carecli.matching.semantic import Encoder, SemanticSuggester
from carecli.matching.suggester import Example, Suggester
from carecli.matching.term_set import TermSet
from carecli.matching.terms import WordTerm
from carecli.matching.words import STARTERS, WordList, read_words

HOSTILE = NLP.parents[1] / "tests/payloads/hostile-text.json"
LANGUAGES = ("en", "es", "pl")


def main() -> None:
    """Print all of it."""
    _disguises()
    _words()
    _languages()
    _suggestions()
    _meanings()


def hostile(check: str, kind: str = "") -> list[tuple[str, str, str]]:
    """Identity, text and term of the hostile cases that must, or must not, match."""
    told = json.loads(HOSTILE.read_text("utf-8"))["cases"]
    return [
        (case["id"], case["payload"], asked["term"])
        for case in told
        if kind in case["class"]
        for asked in case["checks"]
        if asked["check"] == check
    ]


def _finds(text: str, term: str) -> bool:
    return bool(TermSet.compile([WordTerm.parse(term)]).find(text))


DISGUISES: dict[str, Callable[[str, random.Random], str]] = {
    "capitals, marks": lambda word, chance: "".join(
        letter.upper() + chance.choice(["", "\u0301", "\u0308"]) for letter in word
    ),
    "full width": lambda word, _: "".join(chr(ord(letter) + 0xFEE0) for letter in word),
    "Cyrillic": lambda word, _: word.translate(str.maketrans("acekmopxyti", "асекморхуті")),
    "invisible": lambda word, chance: chance.choice(["\u200b", "\u00ad", "\u2060", "\ufe0f"]).join(
        word
    ),
    "digits": lambda word, _: word.translate(str.maketrans("aeio", "4310")),
    "repeated": lambda word, chance: _at(word, chance, lambda letter: letter * 4),
    "spaced": lambda word, _: " ".join(word),
    "dotted": lambda word, _: ".".join(word),
    "in pairs": lambda word, _: "-".join(
        word[place : place + 2] for place in range(0, len(word), 2)
    ),
    "one letter masked": lambda word, chance: _at(word, chance, lambda _: "*"),
    "all but ends masked": lambda word, _: word[0] + "*" * (len(word) - 2) + word[-1],
}


def _at(word: str, chance: random.Random, change: Callable[[str], str]) -> str:
    place = chance.randrange(1, len(word) - 1)
    return word[:place] + change(word[place]) + word[place + 1 :]


def _disguises() -> None:
    _head("Disguises")
    for kind, total in (("obfuscation", "17 of 20"), ("homoglyph", ""), ("invisible", "")):
        cases = hostile("fold_match", kind)
        missed = [name for name, text, term in cases if not _finds(text, term)]
        told = f" [{total}]" if total else ""
        print(f"{kind:24}{len(cases) - len(missed):4} of {len(cases)}{told}  {' '.join(missed)}")
    innocent = hostile("fold_no_match")
    wrong = [name for name, text, term in innocent if _finds(text, term)]
    print(f"{'innocent words hit':24}{len(wrong):4} of {len(innocent)} [0]  {' '.join(wrong)}")
    terms = [
        one
        for one in starters().terms
        if one.text.isalpha() and one.text.isascii() and 4 <= len(one.text) <= 10
    ]
    found = TermSet.compile(terms)
    print(f"\neach of {len(terms)} words of the starter lists, disguised:")
    for name, disguise in DISGUISES.items():
        chance = random.Random(name)
        seen = sum(
            any(hit.term == term for hit in found.find(disguise(term.text, chance)))
            for term in terms
        )
        print(f"{name:24}{seen / len(terms):8.1%}")
    words = sorted(
        {
            word
            for one in colours()
            for word in one.text.casefold().split()
            if word.isalpha() and len(word) > 1
        }
    )
    hits = [word for word in words if found.find(word)]
    joined = sum(bool(found.find(f"{a} {b} {c}")) for a, b, c in _threes(words))
    print(
        f"{len(words)} words of the authored messages: {len(hits)} hit {hits}, {joined} in threes"
    )


def _threes(words: Sequence[str]) -> Iterable[tuple[str, str, str]]:
    chance = random.Random(3)
    for _ in range(len(words)):
        a, b, c = (chance.choice(words) for _ in range(3))
        yield a, b, c


def starters() -> WordList:
    """The lists to start from, as one."""
    lists = [read_words(STARTERS / f"{language}.txt") for language in LANGUAGES]
    return lists[0] + lists[1] + lists[2]


def published(language: str, *, is_exact: bool) -> WordList:
    """A published list, inflected or not."""
    typed = [("=" if is_exact else "") + term for term in terms_of(f"ldnoobw_{language}")]
    return WordList(tuple(WordTerm.parse(term, language=language) for term in typed))


def _exact(words: WordList) -> WordList:
    terms = [WordTerm(t.text, t.language, t.kind, t.severity, is_exact=True) for t in words.terms]
    return WordList(tuple(terms), words.exceptions)


def _words() -> None:
    tweets = labelled("pl_poleval2019t6_train", "pl_poleval2019t6_test")
    _head(f"Polish tweets, {len(tweets):,}; harmful: {sum(one.label != 'none' for one in tweets)}")
    own = read_words(STARTERS / "pl.txt")
    few = WordList(tuple(t for t in own.terms if t.kind != "scam"), own.exceptions)
    for name, words, study in (
        ("naughty-words, exact", published("pl", is_exact=True), " [.30 / .08]"),
        ("naughty-words, inflected", published("pl", is_exact=False), " [.38 / .21]"),
        ("starter list, exact", _exact(few), ""),
        ("starter list, inflected", few, ""),
    ):
        found = words.compiled()
        told = compare(
            (bool(found.find(t.text)) for t in tweets), (t.label != "none" for t in tweets)
        )
        print(f"{name:28}precision {told.precision:.3f} recall {told.recall:.3f}{study}")
    _head("Starter lists on messages of customers and on tweets by sentiment, share that is hit")
    every = starters().compiled()
    sets: list[tuple[str, list[Labelled]]] = [("authored, all colours", colours())]
    for language in ("es", "en"):
        tweets = labelled(*(f"{language}_xlmt_sentiment_{part}" for part in ("train", "test")))
        for label in ("negative", "neutral", "positive"):
            some = [one for one in tweets if one.label == label]
            sets.append((f"{language} {label}", some))
    for name, texts in sets:
        hits = [one for one in texts if every.find(one.text)]
        print(f"{name:28}{len(hits):5} of {len(texts):5} {len(hits) / len(texts):7.1%}")


def _languages() -> None:
    _head("Language, guessed among three")
    names = [f"{language}_xlmt_sentiment_test" for language in ("en", "es")]
    texts = labelled("authored_triage", "pl_poleval2019t6_test", *names)
    cleaned = [
        (" ".join(w for w in one.text.split() if "@" not in w and "URL" not in w), one.language)
        for one in texts
    ]
    for least, most in ((3, 30), (31, 60), (61, 999)):
        some = [pair for pair in cleaned if least <= len(pair[0]) <= most]
        told = [guess_language(text, LANGUAGES) for text, _ in some]
        right = sum(one == language for one, (_, language) in zip(told, some, strict=True))
        print(
            f"{least:3} to {most:3} characters, {len(some):5} texts: right {right / len(some):.3f},"
            f" not told {told.count('') / len(some):.3f}"
        )


def _suggestions() -> None:
    _head("Suggestions: macro-F1 after so many corrections, five samples, 870 tweets tested")
    study = {("es", 50): ".361", ("es", 200): ".445", ("en", 50): ".376", ("en", 200): ".409"}
    for language in ("es", "en"):
        train = labelled(f"{language}_xlmt_sentiment_train")
        test = labelled(f"{language}_xlmt_sentiment_test")
        for many in (50, 200):
            scores = [_learned(train, test, many, seed) for seed in range(5)]
            told = "  ".join(
                f"{what} {sum(one[place] for one in scores) / len(scores):.3f}"
                for place, what in enumerate(
                    ("macro-F1", "learned one by one", "calibration error")
                )
            )
            print(f"{language} sentiment, {many:3}: {told} [{study[language, many]}]")
    scores = [_learned(*_parted(colours(), 50, seed), 50, seed) for seed in range(5)]
    f1 = sum(one[0] for one in scores) / len(scores)
    print(f"colours of the authored messages, 50: {f1:.3f}")
    print(f"colours of the authored messages, 5-fold: {_crossed(colours()):.3f} [.57]")
    for language, figure in (("es", ".52"), ("pl", ".46"), ("en", ".52")):
        own = [one for one in colours() if one.language == language]
        print(f"  {language} alone, 56 to learn from: {_crossed(own):.3f} [{figure}]")


def _meanings() -> None:
    _head("Macro-F1 by words and by meaning, on the same five samples, 870 tweets tested")
    encoder = Encoder()
    study = {("es", 50): ".457", ("es", 200): ".515", ("en", 50): ".462", ("en", 200): ".534"}
    for language in ("es", "en"):
        train = labelled(f"{language}_xlmt_sentiment_train")
        test = labelled(f"{language}_xlmt_sentiment_test")
        for many in (50, 200):
            pairs = [
                _both(random.Random(seed).sample(train, 200)[:many], test, encoder)
                for seed in range(5)
            ]
            print(f"{language} sentiment, {many:3}: {_told(pairs)} [{study[language, many]}]")
    for language in ("", *LANGUAGES):
        own = [one for one in colours() if language in ("", one.language)]
        pairs = [_both(*_parted(own, 50, seed), encoder) for seed in range(5)]
        print(f"colours, authored, {language or 'all'}, 50: {_told(pairs)}")
    for language in LANGUAGES:
        others = [one for one in colours() if one.language != language]
        own = [one for one in colours() if one.language == language]
        told = _told([_both(others, own, encoder)])
        print(f"colours, authored, {language} learned from the others (near-parallel): {told}")


def _both(
    known: Sequence[Labelled], test: Sequence[Labelled], encoder: Encoder
) -> tuple[float, float]:
    """Macro-F1 by words and by meaning, learned from the same texts."""
    examples = [Example(one.text, one.label) for one in known]
    names, labels = sorted({one.label for one in known}), [one.label for one in test]
    words = Suggester.learned(examples, names)
    meaning = SemanticSuggester.learned(examples, names, encoder)
    return (
        macro_f1([words.suggest(one.text).label for one in test], labels),
        macro_f1([one.label for one in meaning.suggest_all([t.text for t in test])], labels),
    )


def _told(pairs: Sequence[tuple[float, float]]) -> str:
    words, meaning = (sum(column) / len(pairs) for column in zip(*pairs, strict=True))
    return f"words {words:.3f}, meaning {meaning:.3f}"


def _learned(
    train: Sequence[Labelled], test: Sequence[Labelled], many: int, seed: int
) -> tuple[float, float, float]:
    """Macro-F1 learned at once and one by one, and the calibration error of the former."""
    some = random.Random(seed).sample(list(train), many)
    names = sorted({one.label for one in train})
    made = Suggester.learned([Example(one.text, one.label) for one in some], names)
    single = Suggester(names)
    for one in some:
        single.learn(one.text, one.label)
    labels = [one.label for one in test]
    told = [made.suggest(one.text) for one in test]
    bins: dict[int, list[tuple[float, bool]]] = {}
    for said, label in zip(told, labels, strict=True):
        right = said.label == label
        bins.setdefault(int(said.probability * 10), []).append((said.probability, right))
    error = sum(abs(sum(p for p, _ in bin_) - sum(r for _, r in bin_)) for bin_ in bins.values())
    return (
        macro_f1([one.label for one in told], labels),
        macro_f1([single.suggest(one.text).label for one in test], labels),
        error / len(test),
    )


def _parted(
    texts: Sequence[Labelled], many: int, seed: int
) -> tuple[list[Labelled], list[Labelled]]:
    """So many texts by chance, and the others."""
    mixed = random.Random(seed).sample(list(texts), len(texts))
    return mixed[:many], mixed[many:]


def _crossed(texts: Sequence[Labelled]) -> float:
    """Macro-F1 when each fifth is told from the others."""
    order = sorted(texts, key=lambda one: zlib.crc32(one.text.encode()))
    names = sorted({one.label for one in order})
    told: list[str] = []
    labels: list[str] = []
    for fold in range(5):
        rest = [one for place, one in enumerate(order) if place % 5 != fold]
        made = Suggester.learned([Example(one.text, one.label) for one in rest], names)
        told += [made.suggest(one.text).label for one in order[fold::5]]
        labels += [one.label for one in order[fold::5]]
    return macro_f1(told, labels)


def _head(title: str) -> None:
    print(f"\n{title}\n{'-' * len(title)}", flush=True)


if __name__ == "__main__":
    main()
