"""THE table of commands. A small letter is local or reversible, a capital stronger or outward."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from carecli.i18n import _
from carecli.tui.key_rows import AROUND, BROWSE, EVERYWHERE, WRITE, row
from carecli.tui.keys import Command
from carecli.tui.thread_keys import AT_HAND

_NTH = "The saved view of this number; with fewer of them, that line of the left pane."

TABLE: tuple[Command, ...] = (
    *AT_HAND,
    row("app.redo", "U", "Redo", AROUND, "Do again what you took back."),
    row(
        "app.repeat",
        ".",
        "Repeat",
        BROWSE,
        "Do the last decision again: here, or to what is marked.",
    ),
    row(
        "move.back",
        "Esc | q",
        "Back",
        AROUND,
        "To the list, or from a search; in the list q leaves, Esc stops a batch, takes marks off.",
    ),
    row("move.down", "j | Down", "Down", AROUND, "Next line, or next message."),
    row("move.up", "k | Up", "Up", AROUND, "Previous line, or previous message."),
    row("move.top", "g g | Home", "Top", AROUND, "To the first."),
    row("move.bottom", "G | End", "Bottom", AROUND, "To the last."),
    row("move.half_down", "ctrl-d", "Half a page down", AROUND, "Half a page down."),
    row("move.half_up", "ctrl-u", "Half a page up", AROUND, "Half a page up."),
    row("move.page_down", "PageDown", "Page down", AROUND, "A page down."),
    row("move.page_up", "PageUp", "Page up", AROUND, "A page up."),
    row("move.left", "Left", "Pane to the left", AROUND, "To the pane on the left."),
    row("move.right", "Right", "Pane to the right", AROUND, "To the pane on the right."),
    row(
        "move.next",
        "Tab",
        "Next by deadline",
        AROUND,
        "Open the next thread by deadline: yours, then unassigned ones.",
        "next",
    ),
    row("move.previous", "shift-Tab", "Previous by deadline", AROUND, "The one before it."),
    row(
        "view.filter",
        "F | \\",
        "Filter",
        AROUND,
        "Type a filter, e.g. is:waiting at:dm.",
        "filter",
    ),
    row("view.search", "/", "Search", AROUND, "Find threads by their words.", "search"),
    row("view.found_next", "n", "Next found", AROUND, "Open the next thread of the list."),
    row("view.found_previous", "N", "Previous found", AROUND, "Open the previous thread."),
    row("view.sort_queue", "o q", "Most urgent first", AROUND, "Pressing and red first."),
    row("view.sort_oldest", "o o", "Oldest first", AROUND, "By the last message, oldest first."),
    row("view.sort_newest", "o n", "Newest first", AROUND, "By the last message, newest first."),
    row("view.sort_deadline", "o d", "By deadline", AROUND, "Nearest deadline first."),
    row("view.sort_waiting", "o w", "Longest waiting", AROUND, "Longest waiting first."),
    row(
        "view.times",
        "o t",
        "Times in the rows",
        AROUND,
        "Show when each message was written, or not; your choice stays.",
    ),
    row("view.previous", "H", "Previous view", AROUND, "The view above in the left pane."),
    row("view.next", "L", "Next view", AROUND, "The view below in the left pane."),
    *(
        row(
            f"view.{n}",
            f"g {n}",
            f"View {n}",
            AROUND,
            _NTH,
        )
        for n in range(1, 10)
    ),
    row("view.save", "g s", "Save the view", AROUND, "Keep this filter and order as a view."),
    row("view.forget", "", "Forget a view", AROUND, "Drop a view you saved."),
    row("app.macros", "g m", "Macros", AROUND, "Take a macro, or forget one you recorded."),
    row(
        "app.record",
        "Q",
        "Record a macro",
        BROWSE,
        "Write down what you decide; Q again ends it and asks for a name and a key.",
    ),
    row("view.last", "-", "Last view", AROUND, "Back to the view before."),
    row("view.brand", "B", "Switch brand", AROUND, "Show one brand, or all of them."),
    row("view.compact", "C", "Compact rows", AROUND, "One line a thread, or two."),
    row("app.entry", "M", "Manual entry", AROUND, "Paste what waits where no API reaches."),
    row("app.channels", "S", "Channels", AROUND, "How each channel's sync is doing."),
    row(
        "app.split",
        "b",
        "Split the backlog",
        AROUND,
        "Divide what waits between people, by day, in equal shares, or by load.",
    ),
    row(
        "app.campaign",
        "O",
        "Campaign first",
        AROUND,
        "Let a campaign jump the queue until its end, for everybody; or no longer.",
    ),
    row(
        "app.today",
        "g t",
        "Today",
        AROUND,
        "How many wait and which, what is due soon, what came in and was promised.",
    ),
    row(
        "app.report",
        "g r",
        "Report",
        AROUND,
        "A month in figures: how much, how fast, how well, by whom; Enter lists what is behind.",
    ),
    row(
        "app.rules",
        "g u",
        "Rules",
        AROUND,
        "Auto-moderation: what rules did, how far each is trusted; test, try, stop them.",
    ),
    row(
        "app.competitors",
        "g k",
        "Competitors",
        AROUND,
        "Public profiles of other brands beside ours: audience, posts, engagement, answers.",
    ),
    row(
        "app.approvals",
        "g a",
        "To approve",
        AROUND,
        "What rules want to do and may not without a person.",
    ),
    row(
        "app.handover",
        "g h",
        "Handover",
        AROUND,
        "What you leave behind at the end of a shift; a note, a file, back to the pool.",
    ),
    row(
        "app.turned_away",
        "g x",
        "Turned away",
        AROUND,
        "What was not taken in, and why; Enter takes one in.",
    ),
    row("app.sync", "ctrl-r", "Sync now", AROUND, "Ask the engine to pull now."),
    row("app.pause", "P", "Pause or resume", AROUND, "The kill switch: nothing is sent while on."),
    row(
        "app.hold_rules",
        "E",
        "Hold all rules",
        AROUND,
        "Rules do and send nothing more, until E lets them act again.",
    ),
    row(
        "app.alerts",
        "!",
        "Alerts on or off",
        AROUND,
        "Tell of new reds and near deadlines, or not.",
    ),
    row(
        "app.learn",
        "",
        "Learn the keys",
        AROUND,
        "Ten lessons on a practice platform, half an hour in all.",
    ),
    row(
        "app.theme",
        "",
        "Theme",
        AROUND,
        "Dark, light, high contrast, 16 colours, or none; your choice stays.",
    ),
    row("app.language", "", "Language", AROUND, "The language of the screen; your choice stays."),
    row("app.redraw", "F5", "Redraw", EVERYWHERE, "Paint the whole screen anew."),
    row("app.palette", ": | ctrl-p", "Palette", AROUND, "Find any command by its name."),
    row("app.help", "? | F1", "Help", EVERYWHERE, "Every key and what it does."),
    row("app.quit", "ctrl-q", "Leave", EVERYWHERE, "Leave; drafts are kept, the engine goes on."),
    row("compose.send", "ctrl-s", "Send", WRITE, "Send; u takes it back for some seconds.", "send"),
    row(
        "compose.send_next", "ctrl-t", "Send, next", WRITE, "Send and open the next.", "send, next"
    ),
    row(
        "compose.snippet",
        "ctrl-o",
        "Snippet",
        WRITE,
        "Insert a saved reply; or ;;name.",
        "snippet",
    ),
    row(
        "compose.card",
        "ctrl-l | K",
        "Product card",
        (*BROWSE, *WRITE),
        "Search the product cards and quote one into the reply.",
        "card",
    ),
    row("compose.editor", "ctrl-g", "$EDITOR", WRITE, "Go on in your own editor.", "editor"),
    row("compose.note", "ctrl-n", "Reply or note", WRITE, "Switch to a note and back.", "note"),
    row(
        "compose.private",
        "ctrl-r",
        "Who will see it",
        WRITE,
        "In public or privately; of a mail, also its other recipients or only who wrote it.",
        "private",
    ),
    row(
        "compose.call",
        "Tab",
        "Call a colleague",
        WRITE,
        "Complete the name after @ in a note: who is called finds the thread in Mentioned.",
    ),
    row("compose.leave", "Esc", "Keep the draft", WRITE, "Leave; the text is kept.", "keep draft"),
)


BY_ID = {command.id: command for command in TABLE}


def with_macros(macros: Mapping[str, Sequence[str]]) -> tuple[Command, ...]:
    """The table, and a command for each macro."""
    own = (
        Command(
            id=f"macro.{name}",
            keys=(),
            label=_("Macro: {name}").format(name=name),
            contexts=("list", "thread"),
            help=", ".join(steps),
            group="Macros",
        )
        for name, steps in macros.items()
    )
    return (*TABLE, *own)
