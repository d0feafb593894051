"""What hits and what does not, in English, Polish and Spanish."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from carecli.matching.term_set import Hit, TermSet
from carecli.matching.terms import WordTerm

HOSTILE = Path(__file__).parents[1] / "payloads/hostile-text.json"


def find(text: str, *terms: str, language: str = "") -> list[Hit]:
    return TermSet.compile(WordTerm.parse(term, language=language) for term in terms).find(text)


def cases(check: str) -> list[tuple[str, str]]:
    told = json.loads(HOSTILE.read_text("utf-8"))["cases"]
    return [
        (case["payload"], asked["term"])
        for case in told
        for asked in case["checks"]
        if asked["check"] == check
    ]


@pytest.mark.parametrize(("text", "term"), cases("fold_match"))
def test_what_hides_a_word_is_seen_through(text: str, term: str) -> None:
    assert find(text, term)


@pytest.mark.parametrize(("text", "term"), cases("fold_no_match"))
def test_innocent_words_that_hold_a_term_are_no_hits(text: str, term: str) -> None:
    assert find(text, term) == []


@pytest.mark.parametrize(
    ("language", "term", "text", "seen"),
    [
        ("es", "puta", "¡PUTAS!", "PUTAS"),
        ("es", "puta", "ｐｕｔａ", "ｐｕｔａ"),
        ("es", "puta", "eres una p ü t a.", "p ü t a"),
        ("es", "puta", "y p u t a", "p u t a"),
        ("es", "puta", "puta69", "puta"),
        ("es", "pendejo", "qué pendejas", "pendejas"),
        ("es", "pendejo", "p3nd3j0!!!", "p3nd3j0"),
        ("es", "pendejo", "PEN-DE-JO", "PEN-DE-JO"),
        ("es", "hijo de puta", "h1jo  de\np.u.t.a", "h1jo  de\np.u.t.a"),
        ("es", "hijo de puta", "hijodeputa", "hijodeputa"),
        ("es", "coño", "COÑO ya", "COÑO"),
        ("es", "coño", "cono", "cono"),
        ("pl", "kurwa", "o kurwą", "kurwą"),
        ("pl", "kurwa", "KURWY!", "KURWY"),
        ("pl", "kurwa", "k***a mać", "k***a"),
        ("pl", "kurwa", "k*rwy", "k*rwy"),
        ("pl", "pierdolić", "pierdole was", "pierdole"),
        ("pl", "pierdolić", "pierdolę was", "pierdolę"),
        ("pl", "do kurwy nędzy", "DO KURWY NEDZY", "DO KURWY NEDZY"),
        ("pl", "chuj", "ch.u.j", "ch.u.j"),
        ("pl", "chuj", "cнuj", "cнuj"),
        ("es", "mierda", "mier.da", "mier.da"),
        ("es", "puta", "p . u . t . a", "p . u . t . a"),
        ("es", "puta", "p 🤬 u 🤬 t 🤬 a", "p 🤬 u 🤬 t 🤬 a"),
        ("es", "puta", "p*ta" + "!" * 300, "p*ta"),
        ("es", "puta", "😂" * 300 + "p.u.t.a", "p.u.t.a"),
        ("es", "puta", "p*ta://", "p*ta"),
        ("es", "puta", "eres \u202eatup\u202c, ¿sí?", "atup"),
        ("es", "puta", "🇵 🇺 🇹 🇦", "🇵 🇺 🇹 🇦"),
        ("pl", "kurwa", "🇰🇺🇷🇼🇦", "🇰🇺🇷🇼🇦"),
        ("es", "puta", "puta🇲🇽", "puta"),
        ("es", "puta", "(p)(u)(t)(a)", "p)(u)(t)(a"),
        ("pl", "kurwa", "co za [k]urwa!", "k]urwa"),
        ("en", "fuck", "f@#k", "f@#k"),
        ("es", "puta", "pu🤬ta", "pu🤬ta"),
        ("es", "puta", "p u t @ !", "p u t @"),
        ("es", "puta", "₱u₮a", "₱u₮a"),
        ("es", "puta madre", "puta_madre", "puta_madre"),
        ("pl", "kurwa", "kurvva", "kurvva"),
        ("pl", "kurwa", "kur#wa", "kur#wa"),
        ("en", "fuck", "fцck", "fцck"),
        ("pl", "=huj", "huj", "huj"),
        ("pl", "debil", "same debili", "debili"),
        ("en", "ass", "h\u0308 a\u0308s\u0301s", "a\u0308s\u0301s"),
        ("es", "ano", "an\u200b\u0303o y ano", "ano"),
        ("en", "killer", "ki113r", "ki113r"),
        ("en", "fuck", "f u c k  y o u", "f u c k"),
        ("en", "fuck", "fucking", "fucking"),
        ("en", "fuck", "f--k", "f--k"),
        ("en", "asshole", "asssshoooole", "asssshoooole"),
        ("en", "ass", "a$$", "a$$"),
        ("en", "shit", "ꜱʜɪᴛ", "ꜱʜɪᴛ"),
        ("en", "shit", "🆂🅷🅸🆃", "🆂🅷🅸🆃"),
        ("", "🖕", "jaja🖕🏿", "🖕"),
        ("", "sukces*", "sukcesami", "sukcesami"),
        ("", "*dolar", "petrodólar", "petrodólar"),
        ("", "*coin*", "shitcoins", "shitcoins"),
    ],
)
def test_hits_and_where_they_stand(language: str, term: str, text: str, seen: str) -> None:
    assert [text[hit.start : hit.end] for hit in find(text, term, language=language)] == [seen]


@pytest.mark.parametrize(
    ("language", "term", "text"),
    [
        ("es", "puta", "reputación, computadora, disputa, diputado, putativo"),
        ("es", "puta", "I put a cream on"),
        ("es", "coño", "con cariño"),
        ("es", "ano", "feliz año, años, añooooo"),
        ("es", "culo", "artículo, círculo, vehículo, cálculo"),
        ("es", "pene", "penetra bien en la piel, penas, peña"),
        ("es", "caca", "cacao, cacahuate, casaca"),
        ("pl", "kurwa", "kursy i kurwiki"),
        ("pl", "anal", "analiza, kanał, banalny"),
        ("pl", "suka", "sukienka, sukces, szukam"),
        ("pl", "dupa", "dupleks, trudu, dup, upadł"),
        ("pl", "laska", "łaska"),
        ("pl", "debil", "debe, debo, debía, no debí"),
        ("pl", "=huj", "huja"),
        ("es", "pinche", "with a pinch of salt"),
        ("en", "ass", "class, pass, assassin, Samsung A55, passion, assess, asset"),
        ("en", "cum", "cumin, document, cucumber"),
        ("en", "tit", "title, titanium, t i t l e"),
        ("en", "hell", "he'll, hello, shell"),
        ("en", "abc", "a b c d e f"),
        ("en", "sex", "Essex, Middlesex"),
        ("en", "hop", "s.h.o.p"),
        ("en", "hell", "he(ll)o, a - h - e - l - l - o"),
        ("es", "ano", "hermano(s), an@ (o)"),
        ("en", "ass", "cl\u202esas\u202c, gl@$$"),
        ("", "coin*", "bitcoin"),
        ("", "*coin", "coins"),
    ],
)
def test_innocent_words(language: str, term: str, text: str) -> None:
    assert find(text, term, language=language) == []


def test_a_hit_tells_the_term_the_words_and_how() -> None:
    [hit] = find("eres un H1J0 de p u t a", "hijo de puta")
    assert (hit.term.text, hit.words, hit.means, hit.disguise) == (
        "hijo de puta",
        "hijo de puta",
        "plain",
        "signs",
    )
    plural = find("putas p*tas", "puta", language="es")
    assert [(word.words, word.means, word.disguise) for word in plural] == [
        ("putas", "inflected", ""),
        ("putas", "inflected", "masked"),
    ]


def test_exceptions_are_no_hits() -> None:
    terms = [WordTerm.parse("pinche", language="es"), WordTerm.parse("*puta*", language="es")]
    kept = [WordTerm.parse("pinche de cocina", language="es"), WordTerm.parse("computadora")]
    found = TermSet.compile(terms, exceptions=kept)
    assert found.find("busco pinche de cocina con computadora") == []
    assert [hit.words for hit in found.find("pinche computadora de putamadre")] == [
        "pinche",
        "putamadre",
    ]


@pytest.mark.parametrize("typed", ["", "  ", "*", "**", "a*", "*ab*", "k*rwa", "=", "w " * 13])
def test_terms_that_say_nothing_are_refused(typed: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        WordTerm.parse(typed)
