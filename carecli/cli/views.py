"""Commands for saved views and campaigns."""

from __future__ import annotations

from collections.abc import Sequence

import click

from carecli.cli.orders import SortOrder
from carecli.cli.output import say, write_json, write_table
from carecli.cli.shared import CommonOptions, asked, deed, point_at, span_or_moment
from carecli.desk.planning.rows import CampaignRow, CaseRow, ViewRow
from carecli.domain.errors import FilterError, Refusal


@deed(
    "carecli views",
    "carecli views --save pink 'is:waiting label:pink' --sort oldest",
    "carecli views --save vip 'is:waiting label:vip' --sort pressing,colour,deadline",
    "carecli views --forget pink",
    says=list[ViewRow],
)
@click.argument("filter_words", nargs=-1, metavar="[FILTER]")
@click.option("--save", metavar="KEY", default="", help="Save the filter as your own view.")
@click.option("--sort", type=SortOrder(), default="queue", help="The order to save.")
@click.option("--title", default="", help="The name to save, if not the key.")
@click.option("--forget", metavar="KEY", default="", help="Delete one of your own views.")
@asked
def views(
    asked: CommonOptions,
    filter_words: tuple[str, ...],
    save: str,
    sort: str,
    title: str,
    forget: str,
) -> None:
    """List saved views with the number of threads in each.

    `carecli list --view KEY` lists the threads of a view. The views of the configuration come
    first.
    """
    wanted = " ".join(filter_words)
    if bool(wanted) != bool(save):
        raise click.UsageError("Give --save KEY and a filter together.")
    with asked.desk() as desk:
        if save:
            try:
                desk.threads.save_view(save, wanted, sort, title)
            except FilterError as error:
                point_at(asked, wanted, error)
                raise
        if forget:
            desk.threads.forget_view(forget)
        found = desk.threads.views()
    if asked.as_json:
        write_json(found)
    elif not found:
        say("No view is saved; `carecli views --save KEY FILTER` saves one.")
    else:
        write_table(("view", "threads", "order", "title", "filter"), [_view(one) for one in found])


def _view(row: ViewRow) -> tuple[str, ...]:
    count = "-" if row.count is None else f"{row.count}{'+' if row.is_more else ''}"
    return row.key, count, row.sort, row.title, row.filter


@deed(
    "carecli campaign",
    "carecli campaign christmas on --until '2026-12-12 18:00'",
    "carecli campaign christmas off",
    says=list[CampaignRow],
)
@click.argument("key", default="")
@click.argument("state", type=click.Choice(["on", "off"]), required=False)
@click.option("--for", "span", metavar="SPAN", default="", help="For how long, e.g. 30m, 6h or 2d.")
@click.option(
    "--until", metavar="MOMENT", default="", help="Until when, e.g. 2026-12-01 or 2026-12-01 09:00."
)
@asked
def campaign(asked: CommonOptions, key: str, state: str | None, span: str, until: str) -> None:
    """Show campaigns, or switch on or off whether the threads of one jump the queue.

    A switch overrides the configuration until its end. Without an end, `on` lasts until the
    campaign's configured end, and `off` until it is switched on again. Run `carecli undo` to undo.
    """
    if (span or until) and state is None:
        raise click.UsageError("Use --for and --until with `on` or `off`.")
    if span and until:
        raise click.UsageError("Give one of --for and --until.")
    moment = span_or_moment(asked, span, until) if span or until else None
    with asked.desk() as desk:
        if state is not None:
            done = desk.planning.switch_campaign(key, on=state == "on", until=moment)
            if not asked.as_json:
                say(f"{done.said}.", to_errors=True)
        found: Sequence[CampaignRow] = [
            one for one in desk.planning.campaigns() if key in ("", one.key)
        ]
        now = desk.now()
    if key and not found:
        raise Refusal(f"There is no campaign {key!r}.", hint="`carecli campaign` lists them.")
    if asked.as_json:
        write_json(found)
    elif not found:
        say("The configuration has no campaigns.")
    else:
        zone = asked.setup().zone
        headings = ("campaign", "now", "until", "switched by", "posts", "waiting", "title")
        write_table(headings, [_campaign(one, now, zone) for one in found])


@deed("carecli cases", "carecli cases --json", says=list[CaseRow])
@asked
def cases(asked: CommonOptions) -> None:
    """List cases that other teams have not answered yet, the most urgent first."""
    from carecli.cli.rule_trials import moment_text

    with asked.desk() as desk:
        found = desk.planning.cases()
    if asked.as_json:
        write_json(found)
    elif not found:
        say("There are no open cases.")
    else:
        zone = asked.setup().zone
        headings = ("due", "thread", "reference", "team", "asked by", "asked")
        rows = [
            (
                f"{moment_text(one.due_at, zone)}{' late' if one.is_late else ''}",
                *(str(one.thread), one.reference, one.team, one.by, one.asked),
            )
            for one in found
        ]
        write_table(headings, rows)


def _campaign(row: CampaignRow, now: int, zone: str) -> tuple[str, ...]:
    from carecli.desk.planning.split import words_of_moment

    return (
        row.key,
        "on" if row.is_on else "off",
        words_of_moment(row.until, now, zone) if row.until is not None else "-",
        row.switched_by or "-",
        str(row.posts),
        str(row.waiting),
        row.title,
    )
