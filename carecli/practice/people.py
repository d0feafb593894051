"""Invented people of the practice platform, with Mexican and Polish names."""

from __future__ import annotations

import unicodedata
from random import Random

from carecli.practice.texts import load_texts

_TAILS = {
    "es": ("mx", "cdmx", "_oficial", "gdl", "skin", "beauty", "mty", "_", ".mua", "86", "99", "01"),
    "pl": ("pl", "_krk", "beauty", "_official", "waw", ".makeup", "88", "93", "_", "skin", "07"),
}
_PLAIN = str.maketrans("łŁ", "lL")


def full_name(random: Random, language: str) -> str:
    """A name as somebody writes it in a profile: mostly whole, at times shortened."""
    names = load_texts(language)["names"]
    firsts, lasts = names["first"].split(), names["last"].split()
    first, last = random.choice(firsts), random.choice(lasts)
    match random.choices(("whole", "two", "initial", "first"), weights=(70, 14, 10, 6))[0]:
        case "two":
            second = random.choice(lasts)
            return f"{first} {last} {second}" if language == "es" else f"{first} {last}-{second}"
        case "initial":
            return f"{first} {last[0]}."
        case "first":
            return f"{first} {random.choice(firsts)}"
        case _:
            return f"{first} {last}"


def username(random: Random, name: str, language: str) -> str:
    """An Instagram name made from a person's name: lower case, dots, a tail."""
    bare = unicodedata.normalize("NFD", name.translate(_PLAIN)).encode("ascii", "ignore").decode()
    words = [word for word in bare.lower().replace(".", " ").replace("-", " ").split() if word]
    joined = random.choice((".", "_", "")).join(words[:2])
    return f"{joined}{random.choice(_TAILS[language])}{random.randrange(10, 1000)}"
