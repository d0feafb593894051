"""The world of the lessons: a few people whose messages the lessons are about.

Brand `lrp` has one thread for each topic of the lessons, `avon` four days without answers. Names
are the same in every language, as the lessons refer to them. Texts are in the current language.
"""

from __future__ import annotations

from carecli.domain.model import DAY, HOUR, MINUTE, Millis
from carecli.i18n import N_, _
from carecli.practice.nodes import BrandAccount
from carecli.practice.people import full_name
from carecli.practice.world import World

PRIVATE = (
    (
        "María González",
        110,
        (
            N_("Hello, I used your sun cream yesterday."),
            N_("My whole face is red and swollen. It burns!"),
            N_("What should I do? Please be quick."),
        ),
    ),
    ("Elena Vargas", 150, (N_("My parcel should have been here on Monday. Where is it?"),)),
    ("Rosa Medina", 95, (N_("I write for a daily. Who speaks for the brand about the recall?"),)),
)
"""Private messages: the person, how many minutes ago the last one was, the texts."""

COMMENTS = (
    ("Karla Ruiz", 200, N_("The pump broke on the first day. So much money for that…")),
    ("Jorge Luna", 190, N_("How much is the small one?")),
    ("Lucía Ortega", 180, N_("Can I wear it under make-up?")),
    ("Diego Salas", 170, N_("Where can I buy it?")),
    ("Paola Reyes", 160, N_("I have been using it for ten years. Love it.")),
    ("Andrés Cano", 140, N_("In which order do I use the serum and the cream?")),
    ("Sofía León", 130, N_("Thank you, it came this morning! ❤")),
    ("Iván Mora", 120, N_("Do you ship abroad?")),
    ("Hugo Paz", 105, N_("You are all idiots, and so is whoever buys this rubbish.")),
    ("Carmen Vela", 100, N_("Order 48812 came without the serum. Anybody there?")),
)
"""Comments under the brand's post: the person, how many minutes ago, the text."""

FANS = (
    ("Ana Ríos", "😍😍"),
    ("Bruno Díaz", "❤"),
    ("Celia Mar", "🔥🔥🔥"),
    ("Dora Gil", "👏"),
    ("Eva Solís", "😍"),
    ("Félix Roa", "💙💙"),
    ("Gema Ibarra", "👏👏"),
    ("Hilda Peña", "❤❤❤"),
)
"""People who wrote only emoji."""

BACKLOG = (
    N_("When is it in stock again?"),
    N_("Is it for dry skin too?"),
    N_("Which shade is the one in the photo?"),
    N_("The code from the leaflet does not work."),
    N_("Do I get it at the consultant's as well?"),
)
"""Questions of people while nobody was there."""

DAYS, A_DAY = 4, 15
"""Number of days without answers, and of comments per day."""


def populate(world: World, now: Millis) -> None:
    """Add all texts before `now` (ms) to the accounts `lrp-fb` and `avon-fb`."""
    brand, holiday = world.accounts["lrp-fb"], world.accounts["avon-fb"]
    post = world.add_post(brand, _("Our sun cream is back. ☀"), now - 2 * DAY, likes=340)
    for name, ago, lines in PRIVATE:
        conversation = world.conversation_with(world.add_person(brand, name))
        for before, line in enumerate(reversed(lines)):
            at = now - (ago + before) * MINUTE
            world.add_message(conversation, conversation.person, _(line), at)
    for name, ago, text in COMMENTS:
        world.add_comment(post, world.add_person(brand, name), _(text), now - ago * MINUTE)
    for step, (name, emoji) in enumerate(FANS):
        at = now - (60 - step * 4) * MINUTE
        world.add_comment(post, world.add_person(brand, name), emoji, at)
    _leave_alone(world, holiday, now)


def _leave_alone(world: World, account: BrandAccount, now: Millis) -> None:
    """Add unanswered days, the last one until three hours ago."""
    began = now - 3 * HOUR - DAYS * DAY
    post = world.add_post(account, _("Happy holidays! ✨"), began - HOUR, likes=910)
    for number in range(DAYS * A_DAY):
        person = world.add_person(account, full_name(world.random, account.language))
        at = began + (number + 1) * DAY // A_DAY
        world.add_comment(post, person, _(BACKLOG[number % len(BACKLOG)]), at)
