"""THE table of commands. A small letter is local or reversible, a capital stronger or outward."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from carecli.i18n import _
from carecli.tui.keys.matcher import Command
from carecli.tui.keys.rows import AROUND, BROWSE, EVERYWHERE, WRITE, row
from carecli.tui.keys.thread_table import AT_HAND

_NTH = "The saved view with this number, or else that line of the left pane."

TABLE: tuple[Command, ...] = (
    *AT_HAND,
    row("app.redo", "U", "Redo", AROUND, "Redo what you undid."),
    row(
        "app.repeat",
        ".",
        "Repeat",
        BROWSE,
        "Repeat the last decision here, or on the marked threads.",
    ),
    row(
        "move.back",
        "Esc | q",
        "Back",
        AROUND,
        "Back to the list or out of a search; in the list q quits, Esc stops a batch and unmarks.",
    ),
    row("move.down", "j | Down", "Down", AROUND, "Next line or message."),
    row("move.up", "k | Up", "Up", AROUND, "Previous line or message."),
    row("move.top", "g g | Home", "Top", AROUND, "Go to the first one."),
    row("move.bottom", "G | End", "Bottom", AROUND, "Go to the last one."),
    row("move.half_down", "ctrl-d", "Half a page down", AROUND, "Half a page down."),
    row("move.half_up", "ctrl-u", "Half a page up", AROUND, "Half a page up."),
    row("move.page_down", "PageDown", "Page down", AROUND, "One page down."),
    row("move.page_up", "PageUp", "Page up", AROUND, "One page up."),
    row("move.left", "Left", "Pane to the left", AROUND, "Go to the pane on the left."),
    row("move.right", "Right", "Pane to the right", AROUND, "Go to the pane on the right."),
    row(
        "move.next",
        "Tab",
        "Next by deadline",
        AROUND,
        "Open the next thread by deadline: yours, then unassigned ones.",
        "next",
    ),
    row(
        "move.previous",
        "shift-Tab",
        "Previous by deadline",
        AROUND,
        "Open the previous thread by deadline.",
    ),
    row(
        "view.filter",
        "F | \\",
        "Filter",
        AROUND,
        "Type a filter, e.g. is:waiting at:dm.",
        "filter",
    ),
    row("view.search", "/", "Search", AROUND, "Find threads by their words.", "search"),
    row("view.found_next", "n", "Next result", AROUND, "Open the next thread of the list."),
    row("view.found_previous", "N", "Previous result", AROUND, "Open the previous thread."),
    row("view.sort_queue", "o q", "Most urgent first", AROUND, "Pressing and red threads first."),
    row("view.sort_oldest", "o o", "Oldest first", AROUND, "By the last message, oldest first."),
    row("view.sort_newest", "o n", "Newest first", AROUND, "By the last message, newest first."),
    row("view.sort_deadline", "o d", "By deadline", AROUND, "Nearest deadline first."),
    row("view.sort_waiting", "o w", "Longest waiting", AROUND, "Longest waiting first."),
    row(
        "view.times",
        "o t",
        "Times in the rows",
        AROUND,
        "Show or hide the time of each message; your choice is saved.",
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
    row("view.save", "g s", "Save the view", AROUND, "Save this filter and order as a view."),
    row("view.forget", "", "Delete a view", AROUND, "Delete a view you saved."),
    row("app.macros", "g m", "Macros", AROUND, "Run a macro, or delete one you recorded."),
    row(
        "app.record",
        "Q",
        "Record a macro",
        BROWSE,
        "Record your decisions; Q again stops and asks for a name and a key.",
    ),
    row("view.last", "-", "Last view", AROUND, "Go back to the previous view."),
    row("view.brand", "B", "Switch brand", AROUND, "Show one brand or all of them."),
    row("view.compact", "C", "Compact rows", AROUND, "One or two lines per thread."),
    row("app.entry", "M", "Manual entry", AROUND, "Enter a message from a place that has no API."),
    row("app.channels", "S", "Channels", AROUND, "Sync status of each channel."),
    row(
        "app.split",
        "b",
        "Split the backlog",
        AROUND,
        "Divide waiting threads between people by day, equally or by load.",
    ),
    row(
        "app.campaign",
        "O",
        "Campaign priority",
        AROUND,
        "Give a campaign priority for everyone until it ends, or remove it.",
    ),
    row(
        "app.today",
        "g t",
        "Today",
        AROUND,
        "What is waiting, due soon, new, and promised.",
    ),
    row(
        "app.report",
        "g r",
        "Report",
        AROUND,
        "A month in figures: how much, how fast, how well, by whom; Enter lists the threads.",
    ),
    row(
        "app.rules",
        "g u",
        "Rules",
        AROUND,
        "Auto-moderation: what each rule did and may do; test, try or stop rules.",
    ),
    row(
        "app.competitors",
        "g k",
        "Competitors",
        AROUND,
        "Public profiles of other brands next to ours: audience, posts, engagement, answers.",
    ),
    row(
        "app.approvals",
        "g a",
        "To approve",
        AROUND,
        "What rules want to do and a person must approve.",
    ),
    row(
        "app.handover",
        "g h",
        "Handover",
        AROUND,
        "What is open at the end of your shift: add a note, save a file, unassign it.",
    ),
    row(
        "app.turned_away",
        "g x",
        "Turned away",
        AROUND,
        "Messages that were not accepted, and why; Enter accepts one.",
    ),
    row("app.sync", "ctrl-r", "Sync now", AROUND, "Sync all channels now."),
    row(
        "app.pause",
        "P",
        "Pause or resume",
        AROUND,
        "Emergency stop: nothing is sent while it is on.",
    ),
    row(
        "app.hold_rules",
        "E",
        "Pause all rules",
        AROUND,
        "Rules do and send nothing until you press E again.",
    ),
    row(
        "app.alerts",
        "!",
        "Alerts on or off",
        AROUND,
        "Turn alerts about new red threads and close deadlines on or off.",
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
        "Dark, light, high contrast, 16 colours or none; your choice is saved.",
    ),
    row(
        "app.language", "", "Language", AROUND, "The language of the screen; your choice is saved."
    ),
    row("app.redraw", "F5", "Redraw", EVERYWHERE, "Draw the whole screen again."),
    row("app.palette", ": | ctrl-p", "Palette", AROUND, "Find any command by its name."),
    row("app.help", "? | F1", "Help", EVERYWHERE, "Every key and what it does."),
    row(
        "app.quit",
        "ctrl-q",
        "Quit",
        EVERYWHERE,
        "Quit. Drafts are saved and the engine keeps running.",
    ),
    row("compose.send", "ctrl-s", "Send", WRITE, "Send; u undoes it for a few seconds.", "send"),
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
        "Find a product card and quote it in the reply.",
        "card",
    ),
    row("compose.editor", "ctrl-g", "$EDITOR", WRITE, "Continue in your own editor.", "editor"),
    row("compose.note", "ctrl-n", "Reply or note", WRITE, "Switch to a note and back.", "note"),
    row(
        "compose.private",
        "ctrl-r",
        "Recipients",
        WRITE,
        "Public or private; for a mail, all recipients or only the sender.",
        "private",
    ),
    row(
        "compose.call",
        "Tab",
        "Mention a colleague",
        WRITE,
        "Complete a name after @ in a note; that person sees the thread in Mentioned.",
    ),
    row("compose.leave", "Esc", "Save the draft", WRITE, "Close; the text is saved.", "save draft"),
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
