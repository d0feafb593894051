"""The state of each channel's sync as lines. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from carecli.desk.threads.rows import ChannelStatus, Overview
from carecli.domain.figures import number, percent
from carecli.domain.model import Millis
from carecli.i18n import _, ngettext
from carecli.tui.inbox.bars import channel_name
from carecli.tui.style.cells import Line, cut, fill, steady, wrap
from carecli.tui.style.clock import ago, hour


def channel_lines(overview: Overview, now: Millis, zone: str, width: int) -> list[Line]:
    """A headline for each channel and, under it, what stands against it and what to do."""
    brands = {tally.key: tally.title for tally in overview.brands}
    lines: list[Line] = []
    for one in overview.channels:
        name = [(f" {channel_name(one)}", "strong")]
        name.append((f"  {steady(brands.get(one.brand, one.brand))} · {one.channel}", "dim"))
        lines.append(fill(name, [_state(one, now)], width))
        for text, role in _troubles(one, now, zone):
            lines += [[("   ", "text"), (line, role)] for line in wrap(text, width - 4)]
        lines.append([(" " * width, "text")])
    for said in overview.notices:
        lines.append(fill([(" ! ", "warn"), (cut(said, width - 4), "warn")], [], width))
    if overview.notices:
        hint = _("Run `carecli doctor` for details and what to do.")
        lines += [[("   ", "text"), (line, "text")] for line in wrap(hint, width - 4)]
    return lines


def _state(one: ChannelStatus, now: Millis) -> tuple[str, str]:
    if one.error or one.is_frozen or one.is_late(now):
        return "! " + _("needs attention") + " ", "bad"
    if one.synced_at is None:
        return "… " + _("first sync") + " ", "dim"
    when = ago(one.synced_at, now)
    return "✓ " + _("synced {when}").format(when=when) + " ", "ok"


def _troubles(one: ChannelStatus, now: Millis, zone: str) -> Iterator[tuple[str, str]]:
    if one.error:
        yield _(one.error), "bad"
        if one.hint:
            yield _(one.hint), "text"
    if one.is_late(now):
        yield _("It has not been read completely for three intervals. See: carecli doctor"), "bad"
    if one.failing:
        n = one.failing
        said = ngettext(
            "{n} place cannot be read: {what}",
            "{n} places cannot be read. The first: {what}",
            n,
        )
        yield said.format(n=number(n), what=one.first_failing), "bad"
        yield (
            _("Everything else is read. carecli will try again automatically; see: carecli doctor"),
            "text",
        )
    if one.is_frozen:
        yield _("Sending is stopped. Check the account, then run: carecli resume"), "bad"
    if one.parked_until is not None:
        until = hour(one.parked_until, zone)
        said = _("The platform asked us to wait until {time} ({usage} used).")
        yield said.format(time=until, usage=percent(one.usage / 100)), "warn"
    if one.possible_loss:
        said = _("Some messages may be missing: {what}")
        yield said.format(what=one.possible_loss), "warn"
    if one.unrecognised:
        n = one.unrecognised
        said = ngettext(
            "{n} payload could not be read; it was saved.",
            "{n} payloads could not be read; they were saved.",
            n,
        )
        yield said.format(n=number(n)), "warn"
