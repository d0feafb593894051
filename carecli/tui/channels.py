"""How each channel's sync is doing, as lines. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from carecli.desk.rows import ChannelStatus, Overview
from carecli.domain.model import Millis
from carecli.tui.cells import Line, fill, steady, wrap
from carecli.tui.clock import ago, hour


def channel_lines(overview: Overview, now: Millis, zone: str, width: int) -> list[Line]:
    """A headline for each channel and, under it, what stands against it and what to do."""
    brands = {tally.key: tally.title for tally in overview.brands}
    lines: list[Line] = []
    for one in overview.channels:
        name = [(f" {steady(one.title or one.channel)}", "strong")]
        name.append((f"  {steady(brands.get(one.brand, one.brand))} · {one.channel}", "dim"))
        lines.append(fill(name, [_state(one, now)], width))
        for text, role in _troubles(one, zone):
            lines += [[("   ", "text"), (line, role)] for line in wrap(text, width - 4)]
        lines.append([(" " * width, "text")])
    return lines


def _state(one: ChannelStatus, now: Millis) -> tuple[str, str]:
    if one.error or one.is_frozen:
        return "! needs you ", "bad"
    if one.synced_at is None:
        return "… first sync ", "dim"
    return f"✓ synced {ago(one.synced_at, now)} ", "ok"


def _troubles(one: ChannelStatus, zone: str) -> Iterator[tuple[str, str]]:
    if one.error:
        yield one.error, "bad"
        if one.hint:
            yield one.hint, "text"
    if one.is_frozen:
        yield "Its writes have stopped. See to it, then: carecli resume", "bad"
    if one.parked_until is not None:
        until = hour(one.parked_until, zone)
        yield f"The platform asked for silence until {until} ({one.usage:.0f} % used).", "warn"
    if one.possible_loss:
        yield f"Something may have been missed: {one.possible_loss}", "warn"
    if one.unrecognised:
        yield f"{one.unrecognised} payloads could not be read; they are kept.", "warn"
