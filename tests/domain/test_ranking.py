"""Which snippet fits a message."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from carecli.domain.model import ContactPoint
from carecli.domain.snippet import Snippet
from carecli.domain.snippet_ranking import Ranking, RankingContext, Stems, stems

PARCEL = Snippet("parcel", "Gdzie jest moja paczka", "Sprawdzamy status przesyłki.", ("pl",))
DAMAGED = Snippet("damaged", "Uszkodzona paczka", "Prosimy o zdjęcie.", ("pl",))
THANKS = Snippet("thanks", "Podziękowanie", "Dziękujemy za miłe słowa!", ("pl",))
GRACIAS = Snippet("gracias", "Gracias", "¡Gracias por tus palabras!", ("es",))
ALL = (PARCEL, DAMAGED, THANKS, GRACIAS)


def ranking(*snippets: Snippet) -> Ranking:
    made = Ranking()
    made.keep({snippet.name: snippet for snippet in snippets})
    return made


def order(made: Ranking, occasion: RankingContext) -> list[str]:
    scores = made.scores(occasion)
    return sorted(scores, key=lambda name: (-scores[name], name))


def test_words_decide_whatever_their_ending_and_accents() -> None:
    made = ranking(*ALL)
    assert order(made, RankingContext("Paczke mialam uszkodzona", "pl"))[0] == "damaged"
    assert order(made, RankingContext("GDZIE PACZKI?!", "pl"))[0] == "parcel"
    assert order(made, RankingContext("¡Muchas gracias!", "es"))[0] == "gracias"


def test_the_language_goes_before_a_good_fit() -> None:
    made = ranking(*ALL)
    assert order(made, RankingContext("dziekujemy za mile slowa", "es"))[0] == "gracias"


def test_what_answered_such_messages_before_comes_first() -> None:
    made = ranking(*ALL)
    asked = RankingContext("kurier nie przyjechał wczoraj", "pl")
    before = made.scores(asked)
    made.learn([("thanks", stems("Kurier znowu nie przyjechał"))])
    assert order(made, asked)[0] == "thanks"
    made.learn([("thanks", stems("Kurier znowu nie przyjechał"))], unlearn=True)
    assert made.scores(asked) == before


def test_place_and_team_count() -> None:
    private = replace(THANKS, name="private", points=(ContactPoint.PRIVATE_MESSAGE,))
    press = replace(THANKS, name="press", teams=("communication",))
    here = replace(THANKS, name="here", channels=("avon-fb",))
    made = ranking(THANKS, private, press, here)
    asked = RankingContext("?", "pl", "avon-fb", ContactPoint.PRIVATE_MESSAGE, "communication")
    assert order(made, asked)[-1] == "thanks"
    elsewhere = RankingContext("?", "pl", "avon-ig", ContactPoint.COMMENT, "care")
    assert order(made, elsewhere)[0] == "thanks"


WORDS = st.lists(st.sampled_from(["paczka", "kurier", "krem", "gracias", "puder"]), max_size=6)
USES = st.lists(st.tuples(st.sampled_from([one.name for one in ALL]), WORDS), max_size=8)


def as_stems(uses: list[tuple[str, list[str]]]) -> list[tuple[str, Stems]]:
    return [(name, stems(" ".join(words))) for name, words in uses]


@given(USES, USES, WORDS)
def test_learning_bit_by_bit_is_learning_at_once(
    first: list[tuple[str, list[str]]], later: list[tuple[str, list[str]]], asked: list[str]
) -> None:
    whole, bit = ranking(*ALL), ranking(*ALL)
    whole.learn(as_stems(later))
    for one in as_stems(first):
        bit.learn([one])
    for one in as_stems(later):
        bit.learn([one])
    bit.learn(as_stems(first), unlearn=True)
    occasion = RankingContext(" ".join(asked), "pl")
    for name, score in whole.scores(occasion).items():
        assert abs(score - bit.scores(occasion)[name]) < 1e-9


SOME = st.sets(st.sampled_from(range(len(ALL)))).map(lambda chosen: [ALL[n] for n in chosen])


@given(SOME, SOME)
def test_other_snippets_leave_no_trace(before: list[Snippet], after: list[Snippet]) -> None:
    changed = ranking(*before)
    changed.keep({item.name: item for item in after})
    occasion = RankingContext("uszkodzona paczka, gracias", "pl")
    again = ranking(*after).scores(occasion)
    found = changed.scores(occasion)
    assert found.keys() == again.keys()
    assert all(abs(found[name] - again[name]) < 1e-9 for name in found)


@given(st.text(max_size=300), st.sampled_from(["", "es", "pl", "xx"]))
def test_any_message_is_ranked(text: str, language: str) -> None:
    scores = ranking(*ALL).scores(RankingContext(text, language))
    assert scores.keys() == {one.name for one in ALL}
