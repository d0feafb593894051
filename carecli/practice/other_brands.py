"""Other brands' public pages and profiles on the practice platform. All invented.

They are in a separate world that is created on first use, so that the scenarios do not depend on
it. Its accounts have no token; some are not visible to other apps.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from random import Random

from carecli.domain.model import DAY, HOUR, MINUTE, Millis
from carecli.practice.clock import PracticeClock
from carecli.practice.nodes import BrandAccount, Post, PracticePerson
from carecli.practice.people import full_name
from carecli.practice.world import World

REACH = 90
"""How many days back posts go."""

ANSWERED = 21
"""How many days back comments go."""


@dataclass(frozen=True, slots=True)
class OtherBrand:
    """Another brand: its posts per week, and how soon it answers (minutes; 0: never).

    `growth` is the share by which its followers grow per day. `is_closed`: its page is visible only
    with a feature that the practice app does not have, and its profile is private.
    `hides_likes`: like counts are hidden on Instagram.
    """

    key: str
    title: str
    language: str
    followers: int
    a_week: float
    answers: int
    growth: float
    is_closed: bool = False
    hides_likes: bool = False

    @property
    def name(self) -> str:
        """Its user name on both platforms."""
        return f"{self.key}{'mx' if self.language == 'es' else 'polska'}"


OTHER_BRANDS = (
    OtherBrand("lumira", "Lumira", "es", 2_310_000, 9.0, 45, 0.0006),
    OtherBrand("dermalia", "Dermalia", "es", 845_000, 5.5, 190, 0.0011),
    OtherBrand("botanica", "Botánica Norte", "es", 412_000, 4.0, 25, 0.0018),
    OtherBrand("aguaviva", "Agua Viva", "es", 1_120_000, 7.0, 600, -0.0002),
    OtherBrand("celestine", "Céléstine", "es", 3_480_000, 12.0, 90, 0.0004),
    OtherBrand("nopalia", "Nopalia", "es", 96_500, 2.5, 15, 0.0031),
    OtherBrand("solara", "Solara", "es", 655_000, 3.5, 0, 0.0002, hides_likes=True),
    OtherBrand("oleada", "Oleada", "es", 58_200, 1.0, 1_500, -0.0007, hides_likes=True),
    OtherBrand("bursztyn", "Bursztyn", "pl", 734_000, 6.5, 70, 0.0008),
    OtherBrand("lipowa", "Lipowa 8", "pl", 188_000, 3.0, 240, 0.0014),
    OtherBrand("mokosz", "Mokosz", "pl", 271_000, 5.0, 35, 0.0022),
    OtherBrand("zielnik", "Zielnik", "pl", 1_040_000, 8.0, 130, 0.0003, is_closed=True),
)
"""Twelve brands, a page and a profile each."""

POSTS = {
    "es": (
        "¿De día o de noche? Cuéntanos tu rutina ✨",
        "Tres pasos y a dormir. Guarda este post 💾",
        "Nuevo: crema ligera con avena. Ya en tiendas.",
        "Gana una caja sorpresa: comenta con quién la compartirías 🎁",
        "Verdadero o falso: el protector solar es solo para la playa.",
        "Gracias por tantos mensajes bonitos esta semana 💚",
    ),
    "pl": (
        "Rano czy wieczorem? Napiszcie, kiedy macie czas dla skóry ✨",
        "Trzy kroki i do spania. Zapiszcie na później 💾",
        "Nowość: lekki krem z owsem. Już w sklepach.",
        "Wygraj paczkę: napisz, z kim się nią podzielisz 🎁",
        "Prawda czy fałsz: filtr jest tylko na plażę.",
        "Dziękujemy za wszystkie miłe słowa w tym tygodniu 💚",
    ),
}
COMMENTS = {
    "es": ("¿Dónde lo consigo?", "Me encanta 😍", "¿Precio?"),
    "pl": ("Gdzie kupię?", "Super!"),
}
ANSWER = {"es": "¡Hola! Te leemos por mensaje.", "pl": "Dzień dobry, odpisaliśmy w wiadomości."}


def account_id(place: int, platform: str) -> str:
    """The id of the page or profile of the brand at this index."""
    base = 100000000009001 if platform == "facebook" else 17841400000009001
    return str(base + place)


def build_other_brands(clock: PracticeClock, now: Millis, seed: int) -> World:
    """Create the world of the other brands, with events before `now` (ms)."""
    world = World(clock, seed)
    random = Random(f"neighbours-{seed}")
    for place, brand in enumerate(OTHER_BRANDS):
        for platform, draw in (("facebook", 0.0016), ("instagram", 0.0055)):
            account = BrandAccount(
                key=f"{brand.key}-{platform[:1]}",
                brand=brand.title,
                platform=platform,
                title=brand.title,
                id=account_id(place, platform),
                username=brand.name,
                language=brand.language,
                token="",
                followers=round(brand.followers * (1.0 if platform == "facebook" else 0.6)),
                is_others=True,
                is_closed=brand.is_closed,
            )
            world.add_account(account)
            _publish(world, account, brand, random, now, draw)
    return world


def _publish(
    world: World,
    account: BrandAccount,
    other_brand: OtherBrand,
    random: Random,
    now: Millis,
    draw: float,
) -> None:
    """Add posts of three months, with comments and answers under the newer ones."""
    people = [world.add_person(account, full_name(random, other_brand.language)) for _ in range(12)]
    texts = POSTS[other_brand.language]
    for number in range(round(REACH / 7 * other_brand.a_week)):
        at = now - HOUR - round(random.random() * REACH * DAY)
        likes = round(account.followers * draw * random.lognormvariate(0, 0.6))
        text = texts[(number + len(other_brand.key)) % len(texts)]
        post = world.add_post(account, text, at, likes=likes)
        post.hides_likes = account.platform == "instagram" and other_brand.hides_likes
        if now - at < ANSWERED * DAY:
            _add_comments(world, post, other_brand, random, now, people)


def _add_comments(
    world: World,
    post: Post,
    other_brand: OtherBrand,
    random: Random,
    now: Millis,
    people: list[PracticePerson],
) -> None:
    for _ in range(random.randrange(2, 14)):
        at = post.created + round(random.random() ** 2 * 30 * HOUR)
        if at > now - MINUTE:
            continue
        text = random.choice(COMMENTS[other_brand.language])
        comment = world.add_comment(post, random.choice(people), text, at)
        answered = at + round(other_brand.answers * MINUTE * random.lognormvariate(0, 0.7))
        if other_brand.answers and random.random() < 0.7 and answered < now:
            world.add_comment(comment, post.account, ANSWER[other_brand.language], answered)


def follower_counts(now: Millis, days: int) -> Iterator[tuple[str, str, str, int]]:
    """Follower counts on each of the days before: key, platform, day, followers."""
    for brand in OTHER_BRANDS:
        for platform, part in (("facebook", 1.0), ("instagram", 0.6)):
            for ago in range(days, 0, -1):
                day = f"{datetime.fromtimestamp((now - ago * DAY) / 1000, UTC):%Y-%m-%d}"
                yield (
                    brand.key,
                    platform,
                    day,
                    round(brand.followers * part * (1 - brand.growth * ago)),
                )
