"""What the engine does besides pulling and sending; each job has its own database connection."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from functools import partial

from carecli.boot.channels import NEEDS_NO_TOKEN
from carecli.boot.monthly_report import look_after_reports
from carecli.boot.profile_following import following_chore
from carecli.boot.rules import rules_chore
from carecli.boot.semantic_suggester import meaning_chore
from carecli.boot.setup import Setup, now
from carecli.boot.store import lift_campaigns
from carecli.boot.teams import hooks_of, sharing, tell_hook
from carecli.boot.token_renewal import look_at_access
from carecli.desk.rules.colour_suggestions import Triage
from carecli.store.db import Database
from carecli.sync import maintenance
from carecli.sync.engine import Chore

CAMPAIGN_SECONDS = 60.0
"""How soon after its beginning or end, or that of a switch, a campaign is noticed."""

SHARING_SECONDS = 10.0
"""How soon after its moment something is escalated, or given to somebody."""

HOOK_SECONDS = 2.0
"""How soon hooks are told."""

LEARNING_SECONDS = 20.0
"""How soon a moderator's colour is learned from."""

FOLLOWING_SECONDS = 60.0
"""How soon the next public profile is read: twenty of them take twenty minutes of a day."""

REPORT_SECONDS = 20.0
"""How soon after its moment a monthly report is made, and its mails are looked after."""

MEANING_SECONDS = 5.0
"""How soon a portion of what waits is gone over by its meaning."""

ACCESS_SECONDS = 3600.0
"""How often platforms are asked when tokens end, and what else is wrong with a channel's access."""

RULES_SECONDS = 5.0
"""How soon it is told that a file of rules cannot be read."""

RETENTION_SECONDS = 6 * 3600.0
"""How often it is looked for people who were silent for longer than they are kept."""


def chores(setup: Setup, triage: Triage) -> list[Chore]:
    """Everything there is to do on this configuration."""
    found: list[Chore] = [
        ("learning", LEARNING_SECONDS, partial(_with, setup, lambda db: triage.learn(db, now())))
    ]
    meaning = meaning_chore(setup)
    if meaning is not None:
        found.append(("meaning", MEANING_SECONDS, partial(_with, setup, meaning)))
    shared = sharing(setup)
    if shared is not None:
        found.append(("sharing", SHARING_SECONDS, partial(_with, setup, shared.look)))
    kept = setup.config.engine.keep_people
    if kept is not None:
        forget = partial(maintenance.forget_silent, kept=kept, clock=now)
        found.append(("retention", RETENTION_SECONDS, partial(_with, setup, forget)))
    following = following_chore(setup)
    if following is not None:
        found.append(("competitors", FOLLOWING_SECONDS, partial(_with, setup, following)))
    if setup.config.reports:
        found.append(("reports", REPORT_SECONDS, partial(look_after_reports, setup)))
    for hook in hooks_of(setup):
        tell = partial(tell_hook, hook)
        found.append((f"hook {hook.name}", HOOK_SECONDS, partial(_with, setup, tell)))
    found.append(("rules", RULES_SECONDS, partial(_with, setup, rules_chore(setup))))
    if any(one.platform not in NEEDS_NO_TOKEN for one in setup.config.channels.values()):
        found.append(("access", ACCESS_SECONDS, partial(look_at_access, setup)))
    if setup.config.campaigns:
        found.append(("campaigns", CAMPAIGN_SECONDS, partial(_with, setup, lift_campaigns)))
    return found


def _with(setup: Setup, deed: Callable[[Database], object]) -> None:
    with closing(Database(setup.database)) as database:
        deed(database)
