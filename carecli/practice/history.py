"""Creates the past of a scenario: posts, answered threads, and waiting ones."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

from carecli.domain.model import DAY, HOUR, MINUTE, SECOND, Millis
from carecli.practice.nodes import BrandAccount, Comment, Post, PracticeConversation, PracticePerson
from carecli.practice.sentences import SentenceWriter
from carecli.practice.world import World

OPEN_HOURS = (2, 1, 1, 1, 1, 2, 4, 7, 9, 10, 11, 11, 12, 12, 11, 11, 11, 12, 14, 16, 18, 17, 12, 6)
"""How much people write in each hour of the day, relatively."""
HOLIDAY_DAYS = (214, 198, 371, 244, 187)
"""Number of threads on each day of the holiday, oldest first."""


class PracticeHistory:
    """Fills a world that has its accounts with events before `now` (ms)."""

    def __init__(
        self, world: World, voices: dict[str, SentenceWriter], now: Millis, seed: int, scenario: str
    ) -> None:
        self.world = world
        self.voices = voices
        self.now = now
        self.random = Random(f"past-{scenario}-{seed}")
        self.known: dict[str, list[PracticePerson]] = {key: [] for key in world.accounts}
        self.accounts = list(world.accounts.values())

    # in every scenario

    def publish(self) -> None:
        """Add posts of three weeks; ads only on pages, as profiles do not list them."""
        for account in self.accounts:
            voices = self.voices[account.key]
            written = [("post", voices.posts(), 21), ("ad", voices.ads(), 10)]
            for kind, texts, reach in written[: 2 if account.platform == "facebook" else 1]:
                for step, text in enumerate(texts):
                    ago = (len(texts) - step - 0.6) * reach * DAY / len(texts)
                    at = self.now - round(ago) - self._span(0, 3 * HOUR)
                    self.world.add_post(
                        account, text, at, kind=kind, likes=self.random.randrange(40, 2600)
                    )

    def answered(self, each: int, until: Millis) -> None:
        """Add a week of answered threads, `each` per account, all before `until`.

        Threads of the last day are by people who write only once; the others may write again.
        """
        for account in self.accounts:
            for step in range(each):
                is_recent = step % 5 == 0
                person = self.world.add_person(account) if is_recent else self._known(account)
                least, most = (8 * HOUR, 20 * HOUR) if is_recent else (34 * HOUR, 7 * DAY)
                at = until - self._span(least, most)
                if self.random.random() < 0.4:
                    self._answered_privately(person, at)
                else:
                    self._answered_in_public(person, at)
            self._moderated(account, until - self._span(DAY, 5 * DAY))
        self._long_talk(self.accounts[0], until - 6 * DAY)

    # waiting threads

    def privately(
        self,
        account: BrandAccount,
        topic: str,
        at: Millis,
        lines: Sequence[str] = (),
        name: str = "",
    ) -> PracticeConversation:
        """Add a waiting conversation of one or a few messages, the last one at `at`."""
        voices = self.voices[account.key]
        person = self.world.add_person(account, name) if name else self._somebody(account)
        conversation = self.world.conversation_with(person)
        self.world.topics[conversation.id] = topic
        texts = list(lines) or voices.private(topic, self.random)
        if not lines and self.random.random() < 0.2:
            texts.append(voices.more(self.random))
        for text in reversed(texts):
            self.world.add_message(conversation, person, text, at)
            at -= self._span(20 * SECOND, 3 * MINUTE)
        return conversation

    def under(
        self, post: Post, topic: str, at: Millis, person: PracticePerson | None = None
    ) -> Comment:
        """Add a waiting comment on a post."""
        if person is None and self.random.random() < 0.05:
            person = self.world.add_person(post.account, nameless=True)
        person = person or self._somebody(post.account)
        text, attachment = self.voices[post.account.key].comment(topic, self.random)
        comment = self.world.add_comment(post, person, text, at, attachment=attachment)
        self.world.topics[comment.id] = topic
        return comment

    def a_post(self, account: BrandAccount, kind: str, at: Millis) -> Post:
        """A random post that existed at a moment; newer ones are more likely."""
        there = [post for post in account.posts if post.created < at]
        posts = [post for post in there if post.kind == kind] or there
        return self.random.choice(posts[-5:])

    def anywhere(self, account: BrandAccount, at: Millis) -> None:
        """Add a waiting thread at a random place about a random topic."""
        point = self.random.choices(("dm", "post", "ad"), (34, 46, 20))[0]
        topic = self.voices[account.key].topic(self.random, private=point == "dm")
        if point == "dm":
            self.privately(account, topic, at)
            return
        comment = self.under(self.a_post(account, point, at), topic, at)
        if self.random.random() < 0.06:
            later = min(self.now - MINUTE, at + self._span(2 * MINUTE, 4 * HOUR))
            text = self.voices[account.key].more(self.random)
            self.world.add_comment(comment, comment.author, text, later)

    def visitors(self, each: int, within: Millis) -> None:
        """Add posts of visitors, posts that mention the brand, and ratings."""
        for account in self.accounts:
            voices = self.voices[account.key]
            for kind in ("visitor", "tagged") if account.platform == "facebook" else ("tagged",):
                for _ in range(each):
                    person = self.world.add_person(account)
                    text = voices.visit(kind, self.random, account.username)
                    at = self.now - self._span(HOUR, within)
                    self.world.add_post(account, text, at, kind=kind, author=person)
            if account.platform == "facebook":
                for _ in range(each):
                    is_positive = self.random.random() < 0.6
                    text = voices.rating(self.random, is_positive=is_positive)
                    at = self.now - self._span(HOUR, within)
                    person = self.world.add_person(account)
                    self.world.rate(account, person, text, at, is_positive=is_positive)

    # the scenarios

    def ordinary(self) -> None:
        """Add sixty waiting threads: three red ones, a dozen yellow ones, the rest green."""
        accounts = self.world.accounts
        lrp, vichy, avon = accounts["lrp-fb"], accounts["vichy-fb"], accounts["avon-fb"]
        if lrp.language == "es":
            lines = (
                "Hola, ayer usé el Anthelios 50+",
                "Me salió una alergia horrible, tengo la cara hinchada 😭",
                "55 0000 5678, por favor rápido",
            )
            self.privately(
                lrp, "reaction", self.now - 2 * HOUR - 8 * MINUTE, lines, "María González"
            )
        attack = self._says(
            self.a_post(vichy, "post", self.now),
            "Karla Ruiz",
            "Son un fraude, ya avisé a Profeco y a todos mis seguidores",
            self._ago(79, 80),
        )
        self.world.topics[attack.id] = "crisis"
        profile = accounts["lrp-ig"]
        journal = self.world.add_person(profile, "Diario Belleza")
        journal.username = "diario_belleza"
        question = f"¿Qué responde @{profile.username} a la denuncia por el Anthelios?"
        at = self._ago(19, 20)
        tagged = self.world.add_post(profile, question, at, kind="tagged", author=journal)
        self.world.topics[tagged.id] = "crisis"
        parcel = ("Paczka przyszła uszkodzona, flakon rozlany.", "Co mam zrobić?")
        at = self._ago(298, 299)
        self.privately(avon, "complaint", at, parcel, "Agnieszka Nowak")
        for account in (lrp, vichy, *self.accounts, *self.accounts[:3]):
            at = self._ago(25, 330)
            if self.random.random() < 0.4:
                self.privately(account, "complaint", at)
            else:
                kind = "ad" if self.random.random() < 0.3 else "post"
                self.under(self.a_post(account, kind, at), "complaint", at)
        green = ("question", "price", "thanks", "tag", "emoji", "question", "question")
        for step in range(45):
            account = self.accounts[step % len(self.accounts)]
            at = self._ago(12, 22 * 60)
            point = self.random.choices(("dm", "post", "ad"), (32, 48, 20))[0]
            if point == "dm":
                topic = self.random.choice(("question", "order", "thanks"))
                self.privately(account, topic, at)
            else:
                self.under(self.a_post(account, point, at), self.random.choice(green), at)

    def holiday(self) -> None:
        """Add five days of unanswered threads."""
        for day, count in enumerate(HOLIDAY_DAYS):
            ends = self.now - (len(HOLIDAY_DAYS) - 1 - day) * DAY
            for _ in range(count):
                account = self.random.choice(self.accounts)
                self.anywhere(account, self._by_hour(ends))

    def contest(self, entries: int) -> Post:
        """Add contest entries under one post, from the last twenty hours."""
        account = self.world.accounts["avon-fb"]
        voices = self.voices[account.key]
        start = self.now - 20 * HOUR
        text = str(voices.brand["contest"])
        post = self.world.add_post(account, text, start, likes=entries * 2)
        moments = sorted(start + self._span(MINUTE, 20 * HOUR - MINUTE) for _ in range(entries))
        for at in moments:
            target: Post | Comment = post
            if post.toplevel and self.random.random() < 0.05:
                target = self.random.choice(post.toplevel[-50:])
            person = self.world.add_person(account, nameless=self.random.random() < 0.03)
            self.world.add_comment(target, person, voices.contest_entry(self.random), at)
        return post

    def crisis(self) -> Post:
        """Add three hours of angry comments under one post, and angry private messages."""
        account = self.world.accounts["lrp-fb"]
        text = str(self.voices[account.key].brand["crisis"])
        start = self.now - 3 * HOUR
        post = self.world.add_post(account, text, start, likes=180)
        angry = ("crisis", "crisis", "reaction", "complaint", "insult", "question")
        for _ in range(250):
            at = self.now - round((self.random.random() ** 2) * 3 * HOUR)
            self.under(post, self.random.choice(angry), max(at, start + MINUTE))
        for _ in range(30):
            topic = self.random.choice(("reaction", "complaint"))
            self.privately(account, topic, self._ago(2, 170))
        return post

    # helpers

    def _says(self, post: Post, name: str, text: str, at: Millis) -> Comment:
        """Add a comment by a person of this name."""
        return self.world.add_comment(post, self.world.add_person(post.account, name), text, at)

    def _answered_privately(self, person: PracticePerson, at: Millis) -> None:
        account = person.account
        voices = self.voices[account.key]
        conversation = self.world.conversation_with(person)
        topic = voices.topic(self.random, private=True)
        for _ in range(self.random.choice((1, 1, 1, 2))):
            for step, text in enumerate(voices.private(topic, self.random)):
                self.world.add_message(conversation, person, text, at + step * 30 * SECOND)
            at += self._span(4 * MINUTE, 3 * HOUR)
            self.world.add_message(conversation, account, voices.answer(topic, self.random), at)
            at += self._span(2 * MINUTE, HOUR)

    def _answered_in_public(self, person: PracticePerson, at: Millis) -> None:
        account = person.account
        voices = self.voices[account.key]
        kind = "ad" if self.random.random() < 0.25 else "post"
        topic = voices.topic(self.random)
        comment = self.under(self.a_post(account, kind, at), topic, at, person)
        reply_at = at + self._span(5 * MINUTE, 5 * HOUR)
        self.world.add_comment(comment, account, voices.answer(topic, self.random), reply_at)
        if self.random.random() < 0.15:
            back_at = reply_at + self._span(3 * MINUTE, HOUR)
            self.world.add_comment(comment, person, voices.back(self.random), back_at)
            text = voices.answer("thanks", self.random)
            self.world.add_comment(comment, account, text, back_at + self._span(MINUTE, HOUR))

    def _long_talk(self, account: BrandAccount, at: Millis) -> None:
        """Add a conversation that is longer than the twenty messages that can be read."""
        voices = self.voices[account.key]
        person = self.world.add_person(account)
        conversation = self.world.conversation_with(person)
        for _ in range(17):
            self.world.add_message(conversation, person, voices.back(self.random), at)
            at += self._span(MINUTE, 20 * MINUTE)
            text = voices.answer("question", self.random)
            self.world.add_message(conversation, account, text, at)
            at += self._span(MINUTE, 20 * MINUTE)

    def _moderated(self, account: BrandAccount, at: Millis) -> None:
        for _ in range(3):
            comment = self.under(self.a_post(account, "post", at), "insult", at)
            comment.is_hidden = True

    def _known(self, account: BrandAccount) -> PracticePerson:
        """A person, possibly one who wrote before."""
        known = self.known[account.key]
        if not known or self.random.random() > 0.2:
            known.append(self.world.add_person(account))
            return known[-1]
        return self.random.choice(known)

    def _somebody(self, account: BrandAccount) -> PracticePerson:
        """A person: mostly a new one, at times one who wrote before, each only once more."""
        known = self.known[account.key]
        if known and self.random.random() < 0.2:
            return known.pop(self.random.randrange(len(known)))
        return self.world.add_person(account)

    def _span(self, least: Millis, most: Millis) -> Millis:
        return self.random.randrange(least, most) if most > least else least

    def _ago(self, least: int, most: int) -> Millis:
        """A moment so many minutes ago."""
        return self.now - self._span(least * MINUTE, most * MINUTE)

    def _by_hour(self, ends: Millis) -> Millis:
        """A moment in the day before `ends`, at an hour when people write."""
        while True:
            at = ends - self._span(2 * MINUTE, DAY)
            if self.random.random() * 18 < OPEN_HOURS[(at // HOUR) % 24]:
                return at
