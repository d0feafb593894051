"""What the engine does besides pulling and sending; each job has its own database connection."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from functools import partial

from carecli.boot.channels import NEEDS_NO_TOKEN
from carecli.boot.monthly_report import run_reports
from carecli.boot.profile_following import profile_following_job
from carecli.boot.rules import rule_files_job
from carecli.boot.semantic_suggester import semantic_suggestions_job
from carecli.boot.setup import Setup, now
from carecli.boot.store import lift_campaigns
from carecli.boot.teams import call_hook, hooks_of, team_automation
from carecli.boot.token_renewal import probe_channels
from carecli.desk.rules.colour_suggestions import Triage
from carecli.store.db import Database
from carecli.sync import maintenance
from carecli.sync.engine import Chore

CAMPAIGN_SECONDS = 60.0
"""How often the beginnings and ends of campaigns are checked."""

SHARING_SECONDS = 10.0
"""How often escalations and assignments that are due are carried out."""

HOOK_SECONDS = 2.0
"""How often hooks are called."""

LEARNING_SECONDS = 20.0
"""How often suggestions learn from the colours that moderators set."""

FOLLOWING_SECONDS = 60.0
"""How often the next public profile is read: twenty of them take twenty minutes a day."""

REPORT_SECONDS = 20.0
"""How often due monthly reports are made, and their mails sent."""

MEANING_SECONDS = 5.0
"""How often a batch of waiting threads gets suggestions by meaning."""

ACCESS_SECONDS = 3600.0
"""How often platforms are asked when tokens end and what is wrong with a channel's access."""

RULES_SECONDS = 5.0
"""How often the files of rules are checked."""

RETENTION_SECONDS = 6 * 3600.0
"""How often people are erased who were silent for longer than the configuration keeps them."""


def background_jobs(setup: Setup, triage: Triage) -> list[Chore]:
    """The jobs that this configuration needs: name, interval in seconds, function."""
    jobs: list[Chore] = [
        (
            "learning",
            LEARNING_SECONDS,
            partial(_with_database, setup, lambda db: triage.learn(db, now())),
        )
    ]
    meaning = semantic_suggestions_job(setup)
    if meaning is not None:
        jobs.append(("meaning", MEANING_SECONDS, partial(_with_database, setup, meaning)))
    automation = team_automation(setup)
    if automation is not None:
        jobs.append(("sharing", SHARING_SECONDS, partial(_with_database, setup, automation.look)))
    kept_for = setup.config.engine.keep_people
    if kept_for is not None:
        forget = partial(maintenance.forget_silent, kept=kept_for, clock=now)
        jobs.append(("retention", RETENTION_SECONDS, partial(_with_database, setup, forget)))
    following = profile_following_job(setup)
    if following is not None:
        jobs.append(("competitors", FOLLOWING_SECONDS, partial(_with_database, setup, following)))
    if setup.config.reports:
        jobs.append(("reports", REPORT_SECONDS, partial(run_reports, setup)))
    for hook in hooks_of(setup):
        tell = partial(call_hook, hook)
        jobs.append((f"hook {hook.name}", HOOK_SECONDS, partial(_with_database, setup, tell)))
    jobs.append(("rules", RULES_SECONDS, partial(_with_database, setup, rule_files_job(setup))))
    if any(channel.platform not in NEEDS_NO_TOKEN for channel in setup.config.channels.values()):
        jobs.append(("access", ACCESS_SECONDS, partial(probe_channels, setup)))
    if setup.config.campaigns:
        jobs.append(("campaigns", CAMPAIGN_SECONDS, partial(_with_database, setup, lift_campaigns)))
    return jobs


def _with_database(setup: Setup, deed: Callable[[Database], object]) -> None:
    with closing(Database(setup.database)) as database:
        deed(database)
