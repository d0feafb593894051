"""The start of a day as lines. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from carecli.desk.planning.rows import PromiseRow, RuleDeeds, Today
from carecli.desk.threads.rows import Tally, ThreadRow
from carecli.domain.figures import number
from carecli.domain.model import Colour, ContactPoint, Millis
from carecli.i18n import _, ngettext
from carecli.tui.day.link_rows import BLANK, LinkRow, counted, heading, said
from carecli.tui.inbox.bars import ListView
from carecli.tui.inbox.list_rows import ICONS, SHAPES
from carecli.tui.style.cells import Line, cells, cut, fill, steady, wrap
from carecli.tui.style.clock import countdown

DUE_SOON = "is:waiting due<2h -is:overdue"


def today_columns(
    today: Today, zone: str, widths: tuple[int, int], *, is_double: bool
) -> list[list[LinkRow]]:
    """Two columns, numbers and threads, or all in one below each other."""
    left, right = widths
    waiting, places, due = _waiting(today, left), _places(today, left), _due(today, right)
    came = _came_in(today, zone, left)
    due = [*_left_words(today, zone, right), *due]
    rest = [
        *_rules(today.rules, right),
        BLANK,
        *promised(today.promises, today.now, zone, right),
        *_stuck(today, right),
    ]
    if is_double:
        return [[*waiting, *places, BLANK, *came], [*due, BLANK, *rest]]
    return [[*waiting, BLANK, *due, *places, BLANK, *came, BLANK, *rest]]


def when(at: Millis, now: Millis, zone: str) -> str:
    """`15:40`, `Tue 10:20`, `Tue 24 Nov 10:20`."""
    from carecli.desk.planning.split import words_of_moment

    return words_of_moment(at, now, zone)


def _waiting(today: Today, width: int) -> list[LinkRow]:
    one = partial(_share, today.waiting, width)
    all_ = ListView(_("Waiting threads"), "is:waiting")
    found = [heading(_("WAITING"), number(today.waiting), width, all_, "strong")]
    found += [
        one(_("Overdue"), today.overdue, "is:overdue", "bad", "!"),
        one(_("Mine"), today.mine, "is:waiting assignee:me"),
        one(_("Unassigned"), today.unassigned, "is:waiting assignee:none"),
        BLANK,
    ]
    found += [_of_colour(tally, today.waiting, width) for tally in today.colours]
    return found


def _share(
    of: int,
    width: int,
    title: str,
    count: int,
    wanted: str,
    role: str = "accent",
    shape: str = "",
) -> LinkRow:
    return counted(shape, role, title, count, of, width, ListView(title, wanted))


def _places(today: Today, width: int) -> list[LinkRow]:
    """Where it waits: by contact point, and by brand where there are several."""
    one = partial(_share, today.waiting, width)
    found: list[LinkRow] = []
    if today.points:
        found.append(BLANK)
    for tally in today.points:
        point = tally.key.rpartition(":")[2]
        icon = ICONS[ContactPoint(point)] if point in list(ContactPoint) else ""
        found.append(one(steady(tally.title), tally.count, tally.key, "accent", icon))
    if len(today.brands) > 1:
        found.append(BLANK)
        found += [one(steady(tally.title), tally.count, tally.key) for tally in today.brands]
    return found


def _of_colour(tally: Tally, of: int, width: int) -> LinkRow:
    """A colour's line; its filter tells which, whatever language its title is in."""
    names = {Colour.RED: _("Red"), Colour.YELLOW: _("Yellow"), Colour.GREEN: _("Green")}
    words = (word.rpartition("colour:")[2] for word in tally.key.split() if "colour:" in word)
    colour = Colour(next(words))
    shape, role = SHAPES[colour], colour.value
    return _share(of, width, names[colour], tally.count, tally.key, role, shape)


def _left_words(today: Today, zone: str, width: int) -> list[LinkRow]:
    """What colleagues left, whole: it is read once, before anything else."""
    found: list[LinkRow] = []
    for one in today.words:
        head = f"{when(one.at, today.now, zone)} {steady(one.author)}"
        found += [heading(_("NOTES FOR YOU"), head, width)]
        found += [
            LinkRow([("   ", "text"), (line, "strong")]) for line in wrap(one.text, width - 5)
        ]
        found.append(BLANK)
    return found


def _due(today: Today, width: int) -> list[LinkRow]:
    view = ListView(_("Due within two hours"), DUE_SOON, "deadline")
    role = "bad" if today.breaching else "ok"
    found = [heading(_("DUE WITHIN TWO HOURS"), number(today.breaching), width, view, role)]
    if not today.breaches:
        return [*found, said(_("Nothing is due that soon."), width, "ok")]
    found += [thread_stop(row, _left(row, today.now), width) for row in today.breaches]
    more = today.breaching - len(today.breaches)
    if more > 0:
        text = ngettext("… and {n} more", "… and {n} more", more).format(n=number(more))
        found.append(said(text, width))
    return found


def _left(row: ThreadRow, now: Millis) -> str:
    return countdown(row.deadline - now) if row.deadline is not None else ""


def thread_stop(row: ThreadRow, moment: str, width: int) -> LinkRow:
    """A thread in one line: colour, a moment, who, where, and how the newest text begins."""
    assignee = cut(steady(row.assignee and row.owner), 12) or "–"
    line: Line = [
        (f"{SHAPES[row.colour]} ", row.colour.value),
        (f"{moment:>10}  ", "strong"),
        (cut(steady(row.author), max(8, width // 4)), "strong"),
        (f"  {ICONS[row.point]} ", "dim"),
        (steady(" ".join(row.excerpt.split())), "text"),
    ]
    return LinkRow(fill(line, [(f"  {assignee} ", "dim")], width - 1), thread=row.id)


def _came_in(today: Today, zone: str, width: int) -> list[LinkRow]:
    since = when(today.since, today.now, zone)
    title = _("Received since {moment}").format(moment=since)
    key = today.came_in_colours[0].key if today.came_in_colours else ""
    period = " ".join(word for word in key.split(" ") if not word.startswith(("is:", "colour:")))
    all_ = ListView(title, period, "newest") if period else None
    head = _("RECEIVED SINCE {moment}").format(moment=since)
    found = [heading(head, number(today.came_in), width, all_)]
    if period:
        waits = ListView(title, f"is:waiting {period}")
        count, name = today.came_in_waiting, _("Still waiting")
        found.append(counted("", "accent", name, count, today.came_in, width, waits))
    found += [_of_colour(tally, today.came_in, width) for tally in today.came_in_colours]
    return found


def _rules(deeds: Iterable[RuleDeeds], width: int) -> list[LinkRow]:
    found = [
        said(f"{number(one.count):>5} × {one.rule}: {one.said}", width, "text") for one in deeds
    ]
    if not found:
        found = [said(_("Rules did nothing."), width)]
    return [heading(_("WHAT RULES DID"), "", width), *found]


def promised(promises: Iterable[PromiseRow], now: Millis, zone: str, width: int) -> list[LinkRow]:
    """Notes that name a time, each leading to its thread."""
    found: list[LinkRow] = []
    for one in promises:
        head = f"{when(one.at, now, zone)} {cut(steady(one.author), 14)}"
        room = width - 6 - cells(head)
        line: Line = [("✎ ", "accent"), (head, "dim"), ("  ", "text")]
        line.append((cut(steady(one.text), room), "text" if one.is_waiting else "dim"))
        found.append(LinkRow(line, thread=one.thread))
    figure = number(len(found)) if found else ""
    none = [said(_("No note mentions a time."), width)]
    return [heading(_("PROMISED"), figure, width), *(found or none)]


def _stuck(today: Today, width: int) -> list[LinkRow]:
    found: list[LinkRow] = []
    if today.failed:
        view = ListView(_("Not sent"), "is:failed")
        found += [BLANK, heading(_("NOT SENT"), number(len(today.failed)), width, view, "bad")]
        for item in today.failed:
            line: Line = [("✗ ", "bad"), (f"{item.error} {item.hint}".strip(), "text")]
            found.append(LinkRow(fill(line, [], width - 1), thread=item.thread))
    if today.troubled:
        found += [BLANK, heading(_("CHANNELS WITH PROBLEMS"), number(len(today.troubled)), width)]
        for one in today.troubled:
            why = f"{steady(one.title or one.channel)}: {one.error or one.possible_loss}"
            wanted = f"is:waiting channel:{one.channel}"
            view = ListView(one.title or one.channel, wanted)
            found.append(LinkRow(fill([("! ", "warn"), (why, "text")], [], width - 1), view))
    if today.campaigns:
        figure = number(len(today.campaigns))
        found += [BLANK, heading(_("CAMPAIGNS WITH PRIORITY"), figure, width)]
        for campaign in today.campaigns:
            left: Line = [("⇡ ", "accent"), (steady(campaign.title), "text")]
            right: Line = [(f"{number(campaign.waiting):>7}", "strong")]
            view = ListView(campaign.title, campaign.filter)
            found.append(LinkRow(fill(left, right, width - 1), view))
    return found
