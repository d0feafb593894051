"""Commands that code messages: code, quote, coding."""

from __future__ import annotations

from collections.abc import Sequence

import click

from carecli.cli.output import say, write_json, write_table
from carecli.cli.shared import CommonOptions, Thread, asked, deed, period_options, threads_argument
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


@deed(
    "carecli code 1207 --sentiment negative --stage purchase",
    "carecli code 1207 --theme packaging --without price",
    "carecli list 'is:done \"paczka\"' | carecli code - --theme delivery",
    says=list[Receipt],
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
@asked
def code(
    asked: CommonOptions,
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
    it = MessageId(message) if message is not None else None
    with asked.desk() as desk:
        receipts = desk.commands.submit_all(
            [Code(one, it, sentiment or "", stage or "", themes, without) for one in threads]
        )
    said = [f"{one}: {receipt.said}" for one, receipt in zip(threads, receipts, strict=True)]
    asked.tell(receipts, "\n".join(said))


@deed(
    "carecli quote 1207",
    'carecli quote 1207 --text "it saved my skin […] thank you"',
    "carecli quote 1207 --drop",
    says=Receipt,
)
@click.argument("thread", type=Thread(), metavar="THREAD")
@MESSAGE
@click.option(
    "--text", "-t", default="", help="The message, shortened: leave words out, or write […]."
)
@click.option("--drop", is_flag=True, help="Remove the quote.")
@asked
def quote(
    asked: CommonOptions, thread: ThreadId | str, message: int | None, text: str, drop: bool
) -> None:
    """Save a message as an outstanding quote, without names."""
    one = _one(thread)
    it = MessageId(message) if message is not None else None
    with asked.desk() as desk:
        receipt = desk.commands.submit(DropQuote(one, it) if drop else PickQuote(one, it, text))
    asked.tell(receipt, receipt.said)


def _one(thread: ThreadId | str) -> ThreadId:
    if isinstance(thread, str):
        raise click.UsageError("Give one thread.")
    return thread


@click.group()
def coding() -> None:
    """Let two people code a sample independently, and see how far they agree."""


@deed(
    "carecli coding sample --kind stage --n 50 --coders ana,kasia --month 2026-10",
    name="sample",
    says=SampleRow,
)
@click.option("--kind", type=click.Choice([kind.value for kind in VALUES]), required=True)
@click.option(
    "--n", type=click.IntRange(1), default=50, help="The number of messages (default: 50)."
)
@click.option("--coders", required=True, metavar="ONE,OTHER", help="Two moderators.")
@click.option("--seed", default="", help="A number; the same seed draws the same messages.")
@period_options
@asked
def sample(
    asked: CommonOptions, kind: str, n: int, coders: str, seed: str, period: ReportAsked
) -> None:
    """Draw a sample of messages for two people to code independently.

    The messages are the first of a wait each. Both coders find them with `is:coding` until they
    have coded them. `carecli undo` removes the sample again.
    """
    wanted = SampleAsked(
        CodeKind(kind),
        n,
        tuple(filter(None, (one.strip() for one in coders.split(",")))),
        period,
        seed,
    )
    with asked.desk() as desk:
        receipt = desk.research.draw_sample(wanted)
        row = next(one for one in desk.research.samples() if one.id == receipt.decision)
    asked.tell(
        row,
        f"{receipt.said}: sample {row.id}. Its coders can list it with: carecli list is:coding",
    )


@deed("carecli coding list", "carecli coding list --json", name="list", says=list[SampleRow])
@asked
def samples(asked: CommonOptions) -> None:
    """List samples and the progress of their coders."""
    asked.speak()
    with asked.desk() as desk:
        found = desk.research.samples()
    if asked.as_json:
        write_json(found)
        return
    headings = (_("sample"), _("kind"), _("messages"), _("coders"))
    write_table(
        headings,
        [
            (
                str(one.id),
                one.kind,
                number(one.n),
                ", ".join(
                    f"{coder} {number(done)}"
                    for coder, done in zip(one.coders, one.done, strict=True)
                ),
            )
            for one in found
        ],
    )


@deed(
    "carecli coding set 1207 loyalty",
    "carecli coding set 1207 none",
    name="set",
    says=Receipt,
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
@asked
def set_code(
    asked: CommonOptions,
    thread: ThreadId | str,
    value: str,
    sample: int | None,
    message: int | None,
) -> None:
    """Code the message of a sample in this thread."""
    one = _one(thread)
    with asked.desk() as desk:
        if message is None or sample is None:
            sample, message = _asked_here(desk.conversations.conversation(one), sample)
        receipt = desk.commands.submit(CodeBlind(one, sample, MessageId(message), value))
    asked.tell(receipt, receipt.said)


def _asked_here(talk: object, sample: int | None) -> tuple[int, int]:
    """The sample and the message of a thread that wait for me; raises Refusal."""
    from carecli.desk.conversations.rows import Conversation

    messages = talk.messages if isinstance(talk, Conversation) else ()
    tasks = [(task.sample, one.id) for one in messages for task in one.blind]
    tasks = sorted(one for one in tasks if sample in (None, one[0]))
    if not tasks:
        raise Refusal(
            _("This thread is not in any of your samples."), hint="carecli list is:coding"
        )
    return tasks[0]


@deed("carecli coding agreement", "carecli coding agreement 412 --json", says=AgreementFound)
@click.argument("sample", type=int, required=False, metavar="[SAMPLE]")
@asked
def agreement(asked: CommonOptions, sample: int | None) -> None:
    """Show how far the coders of a sample agree (default: the newest sample).

    For the messages that both have coded: how many they coded the same, Cohen's kappa, and the
    messages they coded differently.
    """
    asked.speak()
    with asked.desk() as desk:
        found = desk.research.agreement(sample or 0)
    if asked.as_json:
        write_json(found)
        return
    row = found.sample
    told = _("Sample {id}: {kind}, {n} of {all} messages coded by both {coders}.")
    say(
        told.format(
            id=row.id,
            kind=kind_name(row.kind),
            n=number(found.n),
            all=number(row.n),
            coders=_(" and ").join(row.coders),
        )
    )
    if found.share is not None:
        kappa = "–" if found.kappa is None else f"{found.kappa:.2f}"
        alike = _("Coded the same: {n} ({share}); Cohen's kappa: {kappa}.")
        say(alike.format(n=number(found.agreed), share=percent(found.share), kappa=kappa))
    if found.disagreements:
        write_table(
            (_("thread"), *row.coders, _("message")),
            [(str(one.thread), *one.codes, one.text) for one in found.disagreements],
        )


for one in (sample, samples, set_code, agreement):
    coding.add_command(one)
