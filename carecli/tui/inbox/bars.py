"""The top bar, the side bar, the list's title and the footer as lines. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from carecli.domain.figures import number, percent
from carecli.domain.model import MINUTE, SECOND, Colour, ContactPoint, Millis, ThreadId
from carecli.domain.names import colour_name
from carecli.i18n import N_, _, ngettext, pgettext
from carecli.tui.inbox.list_rows import ICONS, SHAPES
from carecli.tui.style.cells import Line, cells, cut, fill, fit, line_cells, steady
from carecli.tui.style.clock import countdown, span

if TYPE_CHECKING:
    from carecli.desk.planning.rows import ViewRow
    from carecli.desk.threads.rows import ChannelStatus, Overview, Tally

ENGINE_QUIET = 90 * SECOND
"""An engine that said nothing for so long is taken for stopped."""

SORTS = {
    "queue": N_("most urgent first"),
    "deadline": N_("nearest deadline first"),
    "oldest": N_("oldest first"),
    "newest": N_("newest first"),
    "waiting": N_("longest waiting first"),
}

ORDER_WORDS = {
    "pressing": N_("pressing"),
    "red": N_("red"),
    "campaign": N_("campaign"),
    "point": N_("contact point"),
    "colour": N_("colour"),
    "deadline": N_("deadline"),
}
"""Words of an order of its own, as the title of the list tells them."""


@dataclass(frozen=True, slots=True)
class ListView:
    """A named filter with an order; one that `is_typed` is a search or filter that Esc leaves.

    With `threads` it is those, in their order, whatever the filter and the order say.
    """

    title: str
    filter: str
    sort: str = "queue"
    is_typed: bool = False
    threads: tuple[ThreadId, ...] | None = None

    @property
    def asks(self) -> tuple[str, tuple[ThreadId, ...] | None]:
        """What it is about, in whatever order."""
        return self.filter, self.threads


@dataclass(frozen=True, slots=True)
class SideLine:
    """One line of the left pane; choosing it opens `view`, if it has one."""

    line: Line
    view: ListView | None = None


WAITING = ListView(N_("Waiting"), "is:waiting -is:snoozed")


def view_title(view: ListView) -> str:
    """The name of a view on the screen; the one the inbox begins with has it in the catalogue."""
    return _(WAITING.title) if view.title == WAITING.title else view.title


def view_of(kind: str, tally: Tally) -> ListView:
    """The view a count stands for: `kind` queue takes its key as it is, others narrow Waiting."""
    if kind == "queue":
        return ListView(tally.title, tally.key)
    return ListView(tally.title, f"{WAITING.filter} {tally.key}")


def views(overview: Overview) -> list[ListView]:
    """All views in the order of the left pane."""
    return [
        *(view_of("queue", tally) for tally in overview.queues),
        *(view_of("at", tally) for tally in overview.points),
        *(view_of("team", tally) for tally in overview.teams),
    ]


PLATFORMS = {"facebook": "FB", "instagram": "IG", "matrix": "MX"}
"""Short names: a page and a profile of one brand often share their title."""


def channel_name(one: ChannelStatus) -> str:
    """A channel's title, after its platform's short name."""
    title = steady(one.title or one.channel)
    short = PLATFORMS.get(one.platform)
    return f"{short} {title}" if short else title


def _sync(overview: Overview, now: Millis, *, long: bool) -> tuple[str, str, str]:
    """Mark, words and role of the sync state."""
    if overview.is_paused:
        return "‖", _("PAUSED: nothing is sent"), "alarm"
    if overview.engine_failure:
        words = _("engine stopped: {why}").format(why=overview.engine_failure)
        return "!", cut(words, 40 if long else 24), "bad"
    is_alive = overview.engine_seen_at is not None and now - overview.engine_seen_at <= ENGINE_QUIET
    broken = [
        status
        for status in overview.channels
        if status.error or status.is_frozen or (is_alive and status.is_late(now))
    ]
    if broken:
        first = broken[0]
        words = _("frozen") if first.is_frozen else _(first.error) or _("no longer read")
        many = ngettext("{n} channel", "{n} channels", len(broken)).format(n=len(broken))
        name = channel_name(first) if len(broken) == 1 else many
        return "!", cut(f"{name}: {words}", 34 if long else 20), "bad"
    seen = overview.engine_seen_at
    if seen is None or now - seen > ENGINE_QUIET:
        if overview.is_starting:
            return "…", _("starting"), "dim"
        return "!", _("engine not running"), "warn"
    failing = sum(status.failing for status in overview.channels)
    if failing:
        words = ngettext("{n} place unreadable", "{n} places unreadable", failing)
        return "!", words.format(n=number(failing)), "warn"
    if overview.notices:
        said, more = overview.notices[0], len(overview.notices) - 1
        room = 40 if long else 24
        rest = f" +{number(more)}" if more else ""
        return "!", cut(said, room - cells(rest)) + rest, "warn"
    times = [status.synced_at for status in overview.channels if status.synced_at is not None]
    if is_first_sync(overview):
        return "…", _("first sync"), "dim"
    old = now - min(times)
    if old < MINUTE:
        return "✓", _("synced"), "ok"
    return "✓", _("synced {span} ago").format(span=span(old)), "ok" if old < 10 * MINUTE else "warn"


def is_first_sync(overview: Overview) -> bool:
    """Whether something was never pulled to its end yet, so that an empty list says little."""
    awaited = [one.synced_at for one in overview.channels if one.late_at is not None]
    read = [one.synced_at for one in overview.channels if one.synced_at is not None]
    return None in awaited or (not read and bool(overview.channels))


def empty_words(overview: Overview, view: ListView, *, is_search: bool) -> str:
    """What a list without threads says of the view it shows, after its name.

    That nobody waits is known once everything was read.
    """
    words = _("Nothing is waiting here.")
    if is_search:
        words = _("No results.")
    elif "is:waiting" not in view.filter:
        words = _("There is nothing here.")
    elif is_first_sync(overview):
        words = _("First sync: waiting threads will appear as they are read.")
    if view.is_typed or view_title(view) == _(WAITING.title):
        return words
    return f"{steady(view.title)} · {words}"


def top_bar(overview: Overview, brand: str, me: str, now: Millis, width: int) -> Line:
    """Brand, colours, next breach, today, sync state and who I am, in exactly `width` cells.

    What matters least goes first when there is no room: the words before the numbers.
    """
    long = width >= 110
    names = {tally.key: tally.title for tally in overview.brands}
    title = steady(names.get(brand, brand) if brand else _("All brands"))
    left: Line = [(" carecli", "brand"), ("  ", "text")]
    left.append((cut(title, 24 if long else 14) + (" ▾" if overview.brands else ""), "text"))
    left.append(("   ", "text"))
    for colour in (Colour.RED, Colour.YELLOW, Colour.GREEN):
        name = f" {colour_name(colour)}" if long else ""
        text = f"{SHAPES[colour]} {number(overview.colours.get(colour, 0))}{name}"
        left += [(text, f"{colour.value}.strong"), ("  ", "text")]
    if overview.overdue:
        late = ngettext("{n} overdue", "{n} overdue", overview.overdue) if long else "-{n}"
        left += [(late.format(n=number(overview.overdue)), "alarm")]
        left += [("  ", "text")]
    left += _rules(overview, long=long)
    mark, words, role = _sync(overview, now, long=long)
    loud = role in ("alarm", "bad", "warn") or mark == "…"
    right: Line = [(f"{mark} {words}" if long or loud else mark, role)]
    right += [("  ", "text"), (cut(me, 12), "strong"), (" ", "text")]
    room = width - line_cells(left) - line_cells(right)
    breach: Line = []
    if overview.next_breach is not None:
        left_ms = max(0, overview.next_breach - now)
        words = _("next breach") if long else pgettext("breach", "next")
        breach = [(f" {words} " if long else f"{words} ", "dim")]
        breach += [(countdown(left_ms), "red.strong" if left_ms < 60 * MINUTE else "text")]
        breach += [("   ", "text")]
    if line_cells(breach) <= room:
        left += breach
        room -= line_cells(breach)
    share = (
        percent(overview.in_time_today / overview.answered_today)
        if overview.answered_today
        else "–"
    )
    for text in (
        _("today {n} answered · {share} in time"),
        _("today {n} · {share}"),
        "{n} · {share}",
    ):
        text = text.format(n=number(overview.answered_today), share=share)
        if cells(text) < room:
            left.append((text, "text"))
            break
    return fill(left, right, width)


def _rules(overview: Overview, *, long: bool) -> Line:
    """That all rules are held back, and how much of theirs waits for approval."""
    found: Line = []
    if overview.are_rules_held:
        found += [(" ‖ " + (_("rules paused") if long else _("rules")) + " ", "alarm")]
        found += [("  ", "text")]
    if overview.rules_waiting:
        waiting = number(overview.rules_waiting)
        text = _("§ {n} to approve").format(n=waiting) if long else f"§{waiting}"
        found += [(text, "warn"), ("  ", "text")]
    return found


def _tally(icon: str, tally: Tally, width: int, *, chosen: bool) -> Line:
    role = "chosen" if chosen else "text"
    count = f" {number(tally.count)}"
    title, room = steady(tally.title), width - 2 - len(count)
    name = f" {icon}{title}"
    if cells(name) > room:
        name = title  # a name is worth more than its icon
    name = fit(name, room)
    return [(" ", "text"), (name + count, role), (" ", "text")]


def saved_view(row: ViewRow) -> ListView:
    """A saved view as the list shows it."""
    return ListView(row.title, row.filter, row.sort)


def side_lines(
    overview: Overview,
    chosen: ListView,
    now: Millis,
    width: int,
    me: str = "",
    saved: Sequence[ViewRow] = (),
) -> list[SideLine]:
    """The left pane: queues, contact points, teams, saved views and who is on now.

    The view that is shown stands out: of several with its filter, the one with its name.
    """
    lines: list[SideLine] = []
    alike = {
        one.title
        for one in (*views(overview), *map(saved_view, saved))
        if one.filter == chosen.filter
    }

    def is_chosen(view: ListView) -> bool:
        title = view_title(chosen)
        return view.filter == chosen.filter and (title not in alike or view.title == title)

    def heading(text: str) -> None:
        if lines:
            lines.append(SideLine([(" " * width, "text")]))
        lines.append(SideLine([(fit(f" {text}", width), "title")]))

    def tallies(kind: str, rows: Iterable[Tally]) -> None:
        for tally in rows:
            view = view_of(kind, tally)
            icon = ""
            if kind == "at":
                point = tally.key.rpartition(":")[2]
                icon = f"{ICONS[ContactPoint(point)]} " if point in list(ContactPoint) else ""
            line = _tally(icon, tally, width, chosen=is_chosen(view))
            lines.append(SideLine(line, view))

    heading(_("QUEUES"))
    tallies("queue", overview.queues)
    if overview.rules_waiting:
        count = f" {number(overview.rules_waiting)} "
        lines.append(SideLine([(fit(" § " + _("To approve"), width - len(count)) + count, "warn")]))
    heading(_("CONTACT POINTS"))
    tallies("at", overview.points)
    heading(_("TEAMS"))
    tallies("team", overview.teams)
    if saved:
        heading(_("VIEWS"))
        lines += [
            _saved(n, row, width, chosen=is_chosen(saved_view(row)))
            for n, row in enumerate(saved, 1)
        ]
    heading(_("ON NOW"))
    lines.append(
        SideLine([(" ● ", "green"), (fit(me + "  " + _("you"), width - 4), "text"), (" ", "text")])
    )
    for colleague in overview.colleagues:
        idle = now - colleague.seen_at > 2 * MINUTE
        name = cut(steady(colleague.name), 10)
        room = width - 4 - cells(name)
        doing = _idle(now - colleague.seen_at, room - 2) if idle else steady(colleague.doing)
        lines.append(
            SideLine(
                [
                    (" ○ " if idle else " ● ", "yellow" if idle else "green"),
                    (name, "text"),
                    (fit("  " + doing, room), "dim"),
                    (" ", "text"),
                ]
            )
        )
    return lines


def _idle(length: Millis, room: int) -> str:
    """How long somebody did nothing, in words where they fit."""
    short = span(length)
    said = _("idle {span}").format(span=short)
    return said if cells(said) <= room else short if cells(short) <= room else ""


def _saved(place: int, row: ViewRow, width: int, *, chosen: bool) -> SideLine:
    role = "chosen" if chosen else "text"
    count = "" if row.count is None else f" {number(row.count)}" + ("+" if row.is_more else "")
    name = fit(f" {place if place < 10 else ' '} {steady(row.title)}", width - 2 - len(count))
    return SideLine([(" ", "text"), (name + count, role), (" ", "text")], saved_view(row))


def threads(n: int) -> str:
    """`1 thread`, `1,214 threads`."""
    return ngettext("{n} thread", "{n} threads", n).format(n=number(n))


def order_title(sort: str) -> str:
    """An order in words: a known one, or the words it consists of."""
    if sort in SORTS:
        return _(SORTS[sort])
    return ", ".join(_(ORDER_WORDS.get(word, word)) for word in sort.split(","))


def list_title(view: ListView, total: int | None, width: int, note: str = "") -> Line:
    """Above the list: the view, its filter, its order, how many there are, and a note on them."""
    left: Line = [(f" {steady(view_title(view))}", "title")]
    if view.threads is None:
        left += [(" · ", "dim"), (order_title(view.sort), "accent")]
    count = "…" if total is None else threads(total)
    noted: Line = [("  ", "text"), (f" {note} ", "chosen")] if note else []
    right: Line = [*noted, (f"  {count} ", "accent")]
    narrowed: Line = [(" · ", "dim"), (view.filter, "dim")]
    if view.filter and line_cells([*left, *narrowed, *right]) <= width:
        left += narrowed
    return fill(left, right, width)


def footer(
    keys: Sequence[tuple[str, str]],
    width: int,
    pressed: str = "",
    always: Sequence[tuple[str, str]] = (),
    note: str = "",
) -> Line:
    """The keys that apply now, as many as there is room for; `pressed` begins a sequence.

    `always` stand at the right end. A `note` stands before everything.
    """
    right: Line = []
    for key, label in always:
        right += [(f"{key} ", "key"), (f"{label} ", "text")]
    left: Line = [(f" {pressed} …  ", "chosen")] if pressed else [(" ", "text")]
    if note:
        left = [(f" {note} ", "warn"), (" ", "text")]
    room = width - line_cells(right) - line_cells(left)
    for key, label in keys:
        need = cells(key) + cells(label) + 3
        if need > room:
            break
        left += [(key, "key"), (f" {label}  ", "text")]
        room -= need
    return fill(left, right, width)
