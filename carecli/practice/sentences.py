"""What people and brands write, composed from texts in their language.

`texts_es.yaml` and `texts_pl.yaml` hold the load_texts: for each topic templates with places
for a product, a shop, a city, a friend, a number. Everything in them is invented.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

from carecli.practice.people import full_name, username
from carecli.practice.texts import load_texts

COMMENT_TOPICS = {
    "question": 24,
    "price": 10,
    "complaint": 14,
    "thanks": 14,
    "tag": 12,
    "emoji": 9,
    "insult": 4,
    "reaction": 3,
    "crisis": 2,
}
PRIVATE_TOPICS = {"question": 30, "order": 24, "complaint": 20, "reaction": 5, "thanks": 8}
ATTACHMENTS = ("sticker", "gif", "photo")
_PLACE = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, slots=True)
class SentenceWriter:
    """The texts of one account's public: a language, and a brand's products and posts."""

    language: str
    texts: Mapping[str, Any]
    brand: Mapping[str, Any]

    def topic(self, random: Random, *, private: bool = False) -> str:
        """What somebody wants to write about."""
        topics = PRIVATE_TOPICS if private else COMMENT_TOPICS
        return random.choices(list(topics), list(topics.values()))[0]

    def comment(self, topic: str, random: Random) -> tuple[str, str]:
        """A comment and its attachment; a sticker or gif comes without text."""
        if topic == "emoji" and random.random() < 0.4:
            return "", random.choice(ATTACHMENTS[:2])
        text = self._fill(random.choice(self.texts["comments"][topic]), random)
        if topic in {"tag", "emoji"}:
            return text, ""
        attachment = "photo" if topic in {"complaint", "reaction"} and random.random() < 0.2 else ""
        return self._spoken(text, random), attachment

    def private(self, topic: str, random: Random) -> list[str]:
        """What somebody writes in private: one or a few messages, sent one after another."""
        lines: Sequence[str] = random.choice(self.texts["private"][topic])
        messages = [self._fill(line, random) for line in lines]
        if random.random() < 0.5:
            first = (
                messages[0]
                if messages[0][:2].isupper()
                else messages[0][:1].lower() + messages[0][1:]
            )
            messages[0] = f"{random.choice(self.texts['greetings'])} {first}"
        return messages

    def contest_entry(self, random: Random) -> str:
        """Somebody takes part in the brand's contest."""
        return self._spoken(
            self._fill(random.choice(self.texts["comments"]["contest"]), random), random
        )

    def more(self, random: Random) -> str:
        """Somebody waits and says so."""
        return self._fill(random.choice(self.texts["more"]), random)

    def back(self, random: Random) -> str:
        """Somebody answers what the brand replied."""
        return self._fill(random.choice(self.texts["back"]), random)

    def afterthought(self, random: Random) -> str:
        """What an edit adds at the end."""
        return " " + str(random.choice(self.texts["afterthoughts"]))

    def answer(self, topic: str, random: Random, name: str = "") -> str:
        """What the brand replies; `name` is whom it addresses."""
        text = self._fill(
            random.choice(self.texts["answers"].get(topic, self.texts["answers"]["question"])),
            random,
        )
        return f"{name}: {text}" if name else text

    def visit(self, kind: str, random: Random, account: str) -> str:
        """What somebody posts on the brand's page, or tagging it."""
        texts = self.texts["visitors" if kind == "visitor" else "mentions"]
        return self._fill(random.choice(texts).replace("{account}", account), random)

    def rating(self, random: Random, *, is_positive: bool) -> str:
        """What somebody says beside a recommendation."""
        texts = self.texts["ratings"]["positive" if is_positive else "negative"]
        return self._fill(random.choice(texts), random)

    def posts(self) -> Sequence[str]:
        """What the brand publishes."""
        return [str(text) for text in self.brand["posts"]]

    def ads(self) -> Sequence[str]:
        """What the brand advertises."""
        return [str(text) for text in self.brand["ads"]]

    def _fill(self, template: str, random: Random) -> str:
        def place(match: re.Match[str]) -> str:
            match name := match[1]:
                case "product":
                    return str(random.choice(self.brand["products"]))
                case "brand":
                    return str(self.brand["short"])
                case "friend":
                    return "@" + username(random, full_name(random, self.language), self.language)
                case "number":
                    return str(random.randrange(100_000, 999_999))
                case "few":
                    return str(random.randrange(2, 9))
                case "age":
                    return str(random.randrange(17, 68))
                case _:
                    return str(random.choice(self.texts["fills"][name]))

        return _PLACE.sub(place, template)

    def _spoken(self, text: str, random: Random) -> str:
        """As people type: at times without capitals or accents on marks, at times with emoji."""
        if random.random() < 0.25:
            text = text[:1].lower() + text[1:]
        if random.random() < 0.2:
            text = text.rstrip(".").replace("¿", "").replace("¡", "")
        if random.random() < 0.05:
            text = text.upper()
        if random.random() < 0.22:
            text = f"{text} {random.choice(self.texts['emoji'])}"
        return text


def voices_of(brand: str, language: str) -> SentenceWriter:
    """The texts of a brand's public in a language, e.g. `vichy` in `es`."""
    texts = load_texts(language)
    return SentenceWriter(language, texts, texts["brands"][brand])
