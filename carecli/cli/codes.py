"""Commands that code messages: code, quote, coding."""

from __future__ import annotations

from collections.abc import Sequence

import click

from carecli.cli.output import say, write_json, write_table
from carecli.cli.shared import (
    CommonOptions,
    Thread,
    cli_command,
    period_options,
    threads_argument,
    with_options,
)
from carecli.desk.conversations.rows import Receipt
from carecli.desk.reports.kpi_report import ReportAsked
from carecli.desk.research.samples import AgreementFound, SampleAsked, SampleRow
from carecli.domain.codes import NONE, VALUES, CodeKind
from carecli.domain.commands import Code, CodeBlind, DropQuote, PickQuote
from carecli.domain.errors import Refusal
from carecli.domain.figures import number, percent
from carecli.domain.model import MessageId, ThreadId
from carecli.domain.names import kind_name
from carecli.i18n import _

MESSAGE = click.option(
    "--message", type=int, metavar="ID", help="The message (default: the newest of the thread)."
)


@cli_command(
    "carecli code 1207 --sentiment negative --stage purchase",
    "carecli code 1207 --theme packaging --without price",
    "carecli list 'is:done \"paczka\"' | carecli code - --theme delivery",
    result=list[Receipt],
)
@threads_argument
@click.option(
    "--sentiment",
    type=click.Choice([*VALUES[CodeKind.SENTIMENT], NONE]),
    help="The sentiment.",
)
@click.option(
    "--stage", type=click.Choice([*VALUES[CodeKind.STAGE], NONE]), help="The stage in the funnel."
)
@click.option("--theme", "themes", multiple=True, help="A theme it is about; may be repeated.")
@click.option(
    "--without", multiple=True, help="A theme it is not about; `none` removes your themes."
)
@MESSAGE
@with_options
def code(
    options: CommonOptions,
    threads: Sequence[ThreadId],
    sentiment: str | None,
    stage: str | None,
    themes: tuple[str, ...],
    without: tuple[str, ...],
    message: int | None,
) -> None:
    """Code the newest message of threads: sentiment, stage, themes; `none` removes your code."""
    if not any((sentiment, stage, themes, without)):
        raise click.UsageError("Give --sentiment, --stage, --theme or --without.")
    if message is not None and len(threads) > 1:
        raise click.UsageError("Use --message with one thread only.")
    message_id = MessageId(message) if message is not None else None
    with options.desk() as desk:
        receipts = desk.commands.submit_all(
            [
                Code(thread, message_id, sentiment or "", stage or "", themes, without)
                for thread in threads
            ]
        )
    lines = [f"{thread}: {receipt.said}" for thread, receipt in zip(threads, receipts, strict=True)]
    options.tell(receipts, "\n".join(lines))


@cli_command(
    "carecli quote 1207",
    'carecli quote 1207 --text "it saved my skin […] thank you"',
    "carecli quote 1207 --drop",
    result=Receipt,
)
@click.argument("thread", type=Thread(), metavar="THREAD")
@MESSAGE
@click.option(
    "--text", "-t", default="", help="The message, shortened: leave words out, or write […]."
)
@click.option("--drop", is_flag=True, help="Remove the quote.")
@with_options
def quote(
    options: CommonOptions, thread: ThreadId | str, message: int | None, text: str, drop: bool
) -> None:
    """Save a message as an outstanding quote, without names."""
    thread_id = _single_thread(thread)
    message_id = MessageId(message) if message is not None else None
    with options.desk() as desk:
        receipt = desk.commands.submit(
            DropQuote(thread_id, message_id) if drop else PickQuote(thread_id, message_id, text)
        )
    options.tell(receipt, receipt.said)


def _single_thread(thread: ThreadId | str) -> ThreadId:
    if isinstance(thread, str):
        raise click.UsageError("Give one thread.")
    return thread


@click.group()
def coding() -> None:
    """Let two people code a sample independently, and see how far they agree."""


@cli_command(
    "carecli coding sample --kind stage --n 50 --coders ana,kasia --month 2026-10",
    name="sample",
    result=SampleRow,
)
@click.option("--kind", type=click.Choice([kind.value for kind in VALUES]), required=True)
@click.option(
    "--n", type=click.IntRange(1), default=50, help="The number of messages (default: 50)."
)
@click.option("--coders", required=True, metavar="ONE,OTHER", help="Two moderators.")
@click.option("--seed", default="", help="A number; the same seed draws the same messages.")
@period_options
@with_options
def sample(
    options: CommonOptions, kind: str, n: int, coders: str, seed: str, period: ReportAsked
) -> None:
    """Draw a sample of messages for two people to code independently.

    The messages are the first of a wait each. Both coders find them with `is:coding` until they
    have coded them. `carecli undo` removes the sample again.
    """
    request = SampleAsked(
        CodeKind(kind),
        n,
        tuple(filter(None, (name.strip() for name in coders.split(",")))),
        period,
        seed,
    )
    with options.desk() as desk:
        receipt = desk.research.draw_sample(request)
        row = next(row for row in desk.research.samples() if row.id == receipt.decision)
    options.tell(
        row,
        f"{receipt.said}: sample {row.id}. Its coders can list it with: carecli list is:coding",
    )


@cli_command(
    "carecli coding list", "carecli coding list --json", name="list", result=list[SampleRow]
)
@with_options
def samples(options: CommonOptions) -> None:
    """List samples and the progress of their coders."""
    options.use_language()
    with options.desk() as desk:
        rows = desk.research.samples()
    if options.as_json:
        write_json(rows)
        return
    headings = (_("sample"), _("kind"), _("messages"), _("coders"))
    write_table(
        headings,
        [
            (
                str(row.id),
                row.kind,
                number(row.n),
                ", ".join(
                    f"{coder} {number(done)}"
                    for coder, done in zip(row.coders, row.done, strict=True)
                ),
            )
            for row in rows
        ],
    )


@cli_command(
    "carecli coding set 1207 loyalty",
    "carecli coding set 1207 none",
    name="set",
    result=Receipt,
)
@click.argument("thread", type=Thread(), metavar="THREAD")
@click.argument("value")
@click.option(
    "--sample",
    type=int,
    metavar="N",
    help="The number of the sample (default: the oldest with open messages).",
)
@click.option("--message", type=int, metavar="ID", help="With --sample: change your code.")
@with_options
def set_code(
    options: CommonOptions,
    thread: ThreadId | str,
    value: str,
    sample: int | None,
    message: int | None,
) -> None:
    """Code the message of a sample in this thread."""
    thread_id = _single_thread(thread)
    with options.desk() as desk:
        if message is None or sample is None:
            sample, message = _next_task(desk.conversations.conversation(thread_id), sample)
        receipt = desk.commands.submit(CodeBlind(thread_id, sample, MessageId(message), value))
    options.tell(receipt, receipt.said)


def _next_task(talk: object, sample: int | None) -> tuple[int, int]:
    """The sample and message of a thread that wait for my code; raises Refusal if there is none."""
    from carecli.desk.conversations.rows import Conversation

    messages = talk.messages if isinstance(talk, Conversation) else ()
    tasks = [(task.sample, message.id) for message in messages for task in message.blind]
    tasks = sorted(task for task in tasks if sample in (None, task[0]))
    if not tasks:
        raise Refusal(
            _("This thread is not in any of your samples."), hint="carecli list is:coding"
        )
    return tasks[0]


@cli_command(
    "carecli coding agreement", "carecli coding agreement 412 --json", result=AgreementFound
)
@click.argument("sample", type=int, required=False, metavar="[SAMPLE]")
@with_options
def agreement(options: CommonOptions, sample: int | None) -> None:
    """Show how far the coders of a sample agree (default: the newest sample).

    For the messages that both have coded: how many they coded the same, Cohen's kappa, and the
    messages they coded differently.
    """
    options.use_language()
    with options.desk() as desk:
        result = desk.research.agreement(sample or 0)
    if options.as_json:
        write_json(result)
        return
    row = result.sample
    summary = _("Sample {id}: {kind}, {n} of {all} messages coded by both {coders}.")
    say(
        summary.format(
            id=row.id,
            kind=kind_name(row.kind),
            n=number(result.n),
            all=number(row.n),
            coders=_(" and ").join(row.coders),
        )
    )
    if result.share is not None:
        kappa = "–" if result.kappa is None else f"{result.kappa:.2f}"
        same = _("Coded the same: {n} ({share}); Cohen's kappa: {kappa}.")
        say(same.format(n=number(result.agreed), share=percent(result.share), kappa=kappa))
    if result.disagreements:
        write_table(
            (_("thread"), *row.coders, _("message")),
            [
                (str(difference.thread), *difference.codes, difference.text)
                for difference in result.disagreements
            ],
        )


for command in (sample, samples, set_code, agreement):
    coding.add_command(command)
