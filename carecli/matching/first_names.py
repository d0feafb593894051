"""Finds the first name in a displayed name, to greet a person.

A wrong greeting in public is worse than none. So only a known first name in the usual place is
used; titles, a surname alone, businesses and user names give none. The list of names is read once.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from itertools import pairwise
from pathlib import Path

from carecli.domain.text import fold

NAMES = Path(__file__).parent / "first_names.txt"

_TITLES = frozenset(
    (
        *("dr", "dra", "prof", "profa", "mgr", "inz", "ing", "lek", "dent", "hab", "med", "mudr"),
        *("mr", "mrs", "ms", "miss", "mx", "sir", "madam", "dame", "lady", "lord", "rev", "fr"),
        *("herr", "frau", "dipl", "mag", "doktor", "doctor", "doctora", "profesor", "professor"),
        *("profesora", "senor", "senora", "senorita", "sr", "sra", "srta", "don", "dona"),
        *("lic", "licda", "arq", "mtro", "mtra", "pan", "pani", "ks", "adw", "red", "prezes"),
        *("mme", "mlle", "monsieur", "madame", "mademoiselle", "me", "dott", "dottssa", "dottore"),
        *("dottoressa", "sig", "sigra", "signor", "signora", "avv", "eng", "enga", "exmo", "exma"),
        *("dhr", "mevr", "mevrouw", "meneer", "drs", "ir", "bc", "judr", "phdr", "rndr", "pharmdr"),
        *("mudr", "mvdr", "hon", "capt", "cpt", "col", "gen", "lt", "sgt", "maj", "imam", "sheikh"),
        *("hrabia", "baron", "prince", "princess", "king", "queen", "saint", "st", "san", "santa"),
        *("г-н", "г-жа", "господин", "госпожа", "д-р", "проф", "пан", "пані", "κ", "κα", "bay"),
        *("bayan", "sayin", "uncle", "aunt", "auntie", "ciocia", "wujek", "tia", "tio", "mama"),
        *("mami", "mum", "mom", "mummy", "papa", "tata", "dad", "babcia", "dziadek", "abuela"),
        *("grandma", "grandpa", "nana", "sister", "siostra", "brother", "brat", "hermana"),
    )
)
_SUFFIXES = frozenset(
    (
        *("phd", "md", "mba", "msc", "bsc", "ba", "ma", "jr", "sr", "ii", "iii", "iv", "esq"),
        *("dds", "rn", "cpa", "llm", "dphil", "mgr", "inz", "mphil"),
    )
)
_BUSINESS = frozenset(
    (
        *("salon", "salony", "shop", "store", "sklep", "tienda", "studio", "beauty", "cosmetics"),
        *("kosmetyki", "kosmetyka", "kosmetyczny", "cosmeticos", "cosmetica", "cosmetique", "blog"),
        *("blogger", "official", "oficial", "oficjalny", "oficjalna", "team", "group", "grupa"),
        *("grupo", "groupe", "gruppe", "club", "klub", "ltd", "gmbh", "inc", "llc", "llp", "plc"),
        *("srl", "sarl", "spzoo", "zoo", "company", "corp", "corporation", "firma", "empresa"),
        *("restaurant", "restauracja", "restaurante", "cafe", "kawiarnia", "hotel", "bar", "pub"),
        *("apteka", "farmacia", "pharmacy", "apotheke", "pharmacie", "drogeria", "perfumeria"),
        *("perfumes", "parfum", "center", "centre", "centrum", "centro", "fundacja", "fundacion"),
        *("foundation", "stowarzyszenie", "asociacion", "association", "verein", "school"),
        *("szkola", "escuela", "academy", "akademia", "academia", "institute", "instytut"),
        *("instituto", "uroda", "urody", "belleza", "beaute", "nails", "paznokcie", "unas", "spa"),
        *("clinic", "klinika", "clinica", "gabinet", "praxis", "boutique", "butik", "fashion"),
        *("moda", "style", "news", "magazine", "magazyn", "revista", "radio", "tv", "media"),
        *("facebook", "instagram", "tiktok", "whatsapp", "messenger", "google", "matrix", "user"),
        *("uzytkownik", "uzytkowniczka", "usuario", "usuaria", "utilisateur", "benutzer", "admin"),
        *("administrator", "moderator", "support", "info", "kontakt", "contact", "contacto"),
        *("page", "strona", "pagina", "fanpage", "fan", "fans", "world", "swiat", "mundo"),
        *("makeup", "make", "maquillaje", "makijaz", "hair", "fryzjer", "peluqueria", "barber"),
        *("barbershop", "garden", "gardens", "sale", "sales", "outlet", "market", "supermarket"),
        *("bakery", "piekarnia", "kitchen", "kuchnia", "cocina", "photography", "photo", "foto"),
        *("fotografia", "design", "projekt", "project", "music", "band", "consulting", "agency"),
        *("agencja", "agencia", "services", "service", "serwis", "servicios", "uslugi", "handmade"),
        *("jewelry", "bizuteria", "joyeria", "couture", "lab", "labs", "laboratorium", "customer"),
        *("care", "guest", "anonymous", "anonim", "anonimo", "unknown", "nieznany", "noreply"),
        *("mother", "baby", "kids", "products", "produkty", "productos", "online", "reviews"),
        *("deals", "promo", "promocje", "ofertas", "bistro", "pizzeria", "gym", "fitness", "yoga"),
        *("travel", "tours", "real", "estate", "nieruchomosci", "inmobiliaria", "bank", "church"),
        *("kosciol", "parafia", "iglesia", "hospital", "szpital", "and", "und", "oraz"),
    )
)
_CONJUNCTIONS = frozenset(
    ("i", "y", "e", "et", "en", "og", "och", "a", "ja", "si", "и", "та", "і", "και")
)
"""Words that join the names of two people."""

_PATRONYMIC = re.compile(r".{2,}(?:вич|вна|ична|інічна|ич)", re.IGNORECASE)
_NO_FIRST_WORD = re.compile(
    "[\u0e00-\u0eff\u1100-\u11ff\u2e80-\u9fff\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff\uff65-\uff9f]"
)
"""Scripts of languages that put the surname first or do not separate the names."""
_ODD = re.compile(r"[\d_@#/\\|&+=<>*]|https?:|www\.|\.\w{2,}\.?\w*$")
_ASIDE = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|\"[^\"]*\"|„[^”]*”|“[^”]*”|«[^»]*»")


@cache
def known_names() -> frozenset[str]:
    """First names of many languages, folded."""
    lines = NAMES.read_text(encoding="utf-8").splitlines()
    return frozenset(
        fold(name) for line in lines if not line.startswith("#") for name in line.split()
    )


def first_name(shown: str) -> str:
    """The first name in a displayed name; empty if there is none or it is unclear.

    >>> first_name("Dr. Anna Nowak"), first_name("Nowak, Anna"), first_name("🌸 Lucía 🌸")
    ('Anna', 'Anna', 'Lucía')
    >>> first_name("Salon Urody Pod Różą"), first_name("J. K. Wzór"), first_name("ana_lopez_92")
    ('', '', '')
    """
    if shown.startswith("{") and "}" in shown:
        return shown.partition(" ")[0]  # somebody who calls themselves like a placeholder
    name = _ASIDE.sub(" ", unicodedata.normalize("NFKC", shown))
    if _ODD.search(name.strip()) or _NO_FIRST_WORD.search(shown):
        return ""
    if _are_two(name):
        return ""
    name = "".join(char if _is_of_name(char) else " " for char in name)
    parts = [words for part in name.split(",") if (words := _words(part))]
    if not parts:
        return ""
    all_words = [word for part in parts for word in part]
    if len(all_words) > 6 or any(fold(word).replace(".", "") in _BUSINESS for word in all_words):
        return ""
    if len(parts) > 1:
        return _around_comma(parts)
    return _first(parts[0], is_alone=True)


def _are_two(name: str) -> bool:
    """Whether it names two people: `Kasia i Tomek`, `Ana y Luis`, `Anna ❤ Tomek`."""
    words = name.split()
    joined = any(
        word in _CONJUNCTIONS and _is_known(after.strip(" .,"))
        for word, after in pairwise(words[1:])
    )
    signs = ("So", "Sk", "Cf")
    plain = name.replace("\ufe0f", "")  # asks for a coloured sign
    pieces = "".join("\n" if unicodedata.category(char) in signs else char for char in plain)
    first_words = [words[0] for piece in pieces.splitlines() if (words := _words(piece))]
    return joined or sum(map(_is_known, first_words)) > 1


def _is_of_name(char: str) -> bool:
    return char.isalpha() or unicodedata.category(char) in ("Mn", "Mc") or char in " .,-'’"


def _words(part: str) -> list[str]:
    words = (raw.strip("-'’") for raw in part.split())
    return [word for word in words if word.strip(".")]


def _around_comma(parts: list[list[str]]) -> str:
    """The first name of `Nowak, Anna`, unless a title or a town is behind the comma."""
    behind = parts[1]
    if all(len(part) == 1 and _is_known(part[0]) for part in parts):
        return ""  # two people
    if all(fold(word).replace(".", "") in _SUFFIXES | _TITLES for word in behind):
        return _first(parts[0], is_alone=True)
    name = _first(behind, is_alone=False)
    before = [word for word in parts[0] if not _is_title(word)]
    if len(before) > 1 and _first(before, is_alone=True):
        return _first(before, is_alone=True)  # `Anna Nowak, Warszawa`
    if len(before) == 1 and not name:
        return _first(before, is_alone=False)
    return name


def _first(words: list[str], *, is_alone: bool) -> str:
    """The first name at the beginning of these words; `is_alone`: they are the whole name."""
    had_title = False
    while words and _is_title(words[0]):
        words, had_title = words[1:], True
    while words and fold(words[-1]).replace(".", "") in _SUFFIXES and len(words) > 1:
        words = words[:-1]
    are_loud = all(word.isupper() for word in words)
    had_initial = False
    while words and _is_initial(words[0], are_loud=are_loud):
        words, had_initial = words[1:], True
    if not words or (len(words) == 1 and (had_title or had_initial)):
        return ""  # only a surname
    if len(words) == 1 and is_alone and words[0].islower():
        return ""  # a user name
    if len(words) == 3 and _PATRONYMIC.fullmatch(words[2]):
        words = words[1:]
    return _normal_case(words[0]) if _is_known(words[0]) else ""


def _is_title(word: str) -> bool:
    plain = fold(word).replace(".", "")
    return plain in _TITLES or ("." in word[1:-1] and plain.replace(" ", "") in _TITLES)


def _is_initial(word: str, *, are_loud: bool) -> bool:
    plain = word.replace(".", "")
    if len(plain) < 2 or "." in word:
        return True
    return len(plain) == 2 and plain.isupper() and not are_loud


def _is_known(word: str) -> bool:
    names = known_names()
    plain = fold(word).replace("’", "'")
    if plain in names:
        return True
    first, dash, rest = plain.partition("-")
    return bool(dash) and first in names and bool(rest)


def _normal_case(word: str) -> str:
    """The name in normal case, also if written in capitals or small letters."""
    if not (word.isupper() or word.islower()):
        return word
    return re.sub(r"[^\W\d_]+", lambda part: part.group().capitalize(), word.lower())
