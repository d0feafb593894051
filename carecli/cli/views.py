"""Commands for saved views and campaigns."""

from __future__ import annotations

from collections.abc import Sequence

import click

from carecli.cli.orders import SortOrder
from carecli.cli.output import say, write_json, write_table
from carecli.cli.shared import CommonOptions, cli_command, point_at, span_or_moment, with_options
from carecli.desk.planning.rows import CampaignRow, CaseRow, ViewRow
from carecli.domain.errors import FilterError, Refusal


@cli_command(
    "carecli views",
    "carecli views --save pink 'is:waiting label:pink' --sort oldest",
    "carecli views --save vip 'is:waiting label:vip' --sort pressing,colour,deadline",
    "carecli views --forget pink",
    result=list[ViewRow],
)
@click.argument("filter_words", nargs=-1, metavar="[FILTER]")
@click.option("--save", metavar="KEY", default="", help="Save the filter as your own view.")
@click.option("--sort", type=SortOrder(), default="queue", help="The order to save.")
@click.option("--title", default="", help="The name to save, if not the key.")
@click.option("--forget", metavar="KEY", default="", help="Delete one of your own views.")
@with_options
def views(
    options: CommonOptions,
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
    filter_text = " ".join(filter_words)
    if bool(filter_text) != bool(save):
        raise click.UsageError("Give --save KEY and a filter together.")
    with options.desk() as desk:
        if save:
            try:
                desk.threads.save_view(save, filter_text, sort, title)
            except FilterError as error:
                point_at(options, filter_text, error)
                raise
        if forget:
            desk.threads.forget_view(forget)
        rows = desk.threads.views()
    if options.as_json:
        write_json(rows)
    elif not rows:
        say("No view is saved; `carecli views --save KEY FILTER` saves one.")
    else:
        write_table(("view", "threads", "order", "title", "filter"), [_view(row) for row in rows])


def _view(row: ViewRow) -> tuple[str, ...]:
    count = "-" if row.count is None else f"{row.count}{'+' if row.is_more else ''}"
    return row.key, count, row.sort, row.title, row.filter


@cli_command(
    "carecli campaign",
    "carecli campaign christmas on --until '2026-12-12 18:00'",
    "carecli campaign christmas off",
    result=list[CampaignRow],
)
@click.argument("key", default="")
@click.argument("state", type=click.Choice(["on", "off"]), required=False)
@click.option("--for", "span", metavar="SPAN", default="", help="For how long, e.g. 30m, 6h or 2d.")
@click.option(
    "--until", metavar="MOMENT", default="", help="Until when, e.g. 2026-12-01 or 2026-12-01 09:00."
)
@with_options
def campaign(options: CommonOptions, key: str, state: str | None, span: str, until: str) -> None:
    """Show campaigns, or switch on or off whether the threads of one jump the queue.

    A switch overrides the configuration until its end. Without an end, `on` lasts until the
    campaign's configured end, and `off` until it is switched on again. Run `carecli undo` to undo.
    """
    if (span or until) and state is None:
        raise click.UsageError("Use --for and --until with `on` or `off`.")
    if span and until:
        raise click.UsageError("Give one of --for and --until.")
    moment = span_or_moment(options, span, until) if span or until else None
    with options.desk() as desk:
        if state is not None:
            receipt = desk.planning.switch_campaign(key, on=state == "on", until=moment)
            if not options.as_json:
                say(f"{receipt.said}.", to_errors=True)
        rows: Sequence[CampaignRow] = [
            row for row in desk.planning.campaigns() if key in ("", row.key)
        ]
        now = desk.now()
    if key and not rows:
        raise Refusal(f"There is no campaign {key!r}.", hint="`carecli campaign` lists them.")
    if options.as_json:
        write_json(rows)
    elif not rows:
        say("The configuration has no campaigns.")
    else:
        zone = options.setup().zone
        headings = ("campaign", "now", "until", "switched by", "posts", "waiting", "title")
        write_table(headings, [_campaign(row, now, zone) for row in rows])


@cli_command("carecli cases", "carecli cases --json", result=list[CaseRow])
@with_options
def cases(options: CommonOptions) -> None:
    """List cases that other teams have not answered yet, the most urgent first."""
    from carecli.cli.rule_trials import moment_text

    with options.desk() as desk:
        open_cases = desk.planning.cases()
    if options.as_json:
        write_json(open_cases)
    elif not open_cases:
        say("There are no open cases.")
    else:
        zone = options.setup().zone
        headings = ("due", "thread", "reference", "team", "asked by", "asked")
        rows = [
            (
                f"{moment_text(case.due_at, zone)}{' late' if case.is_late else ''}",
                *(str(case.thread), case.reference, case.team, case.by, case.asked),
            )
            for case in open_cases
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
