"""THE table of commands. A small letter is local or reversible, a capital stronger or outward."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from carecli.i18n import _
from carecli.tui.keys import Command

_LIST = ("list",)
_BROWSE = ("list", "thread")
_AROUND = ("list", "thread", "side")
_ALL = ("list", "thread", "side", "compose")
_WRITE = ("compose",)


def _c(
    id: str,  # noqa: A002  the word of the table
    keys: str,
    label: str,
    contexts: tuple[str, ...],
    help: str,  # noqa: A002  likewise
    short: str = "",
) -> Command:
    group = _GROUPS[id.partition(".")[0]]
    return Command(id, tuple(filter(None, keys.split(" | "))), label, contexts, help, group, short)


_NTH = "The saved view of this number; with fewer of them, that line of the left pane."

_GROUPS = {
    "move": "Moving",
    "mark": "Marking",
    "view": "What the list shows",
    "reply": "Answering",
    "thread": "Deciding about a thread",
    "message": "Deciding about a message",
    "outbox": "Sending",
    "compose": "While writing",
    "app": "Everything else",
}

TABLE: tuple[Command, ...] = (
    _c("move.open", "Enter", "Open", _AROUND, "Open the thread under the cursor.", "open"),
    _c(
        "reply.public",
        "r",
        "Reply",
        _BROWSE,
        "Write a reply; claims the thread for you. For a manual entry: open its link and confirm.",
        "reply",
    ),
    _c(
        "reply.private",
        "R",
        "Reply privately",
        _BROWSE,
        "Answer by private message, where the platform allows it.",
    ),
    _c("reply.snippet", "s", "Reply from a snippet", _BROWSE, "Pick a saved reply.", "snippet"),
    _c(
        "thread.done",
        "d",
        "No reply needed",
        _BROWSE,
        "End the wait without a reply; one more key says why.",
        "done",
    ),
    _c("thread.assign_me", "a", "Assign to me", _BROWSE, "Make the thread yours.", "mine"),
    _c("thread.green", "1", "Green", _BROWSE, "Questions, thanks, chat: a day to answer.", "green"),
    _c("thread.yellow", "2", "Yellow", _BROWSE, "Complaints: six hours to answer.", "yellow"),
    _c("thread.red", "3", "Red", _BROWSE, "Crisis, adverse reaction: two hours.", "red"),
    _c("thread.flag", "f", "Flag", _BROWSE, "Raise or lower the flag.", "flag"),
    _c("thread.safety", "h", "Safety flag", _BROWSE, "Raise, confirm or lower it; one more key."),
    _c(
        "thread.why",
        "W",
        "Why this colour",
        _BROWSE,
        "Who set it and when it is due, what rules did and saw, what was suggested.",
    ),
    _c(
        "thread.take_back",
        "",
        "Take back what a rule did",
        _BROWSE,
        "What it hid is shown again, what it set is as before.",
    ),
    _c("thread.safety_raise", "", "Raise the safety flag", _BROWSE, "A person must look."),
    _c("thread.safety_confirm", "", "Confirm the safety flag", _BROWSE, "An adverse reaction."),
    _c("thread.safety_lower", "", "Lower the safety flag", _BROWSE, "It is no adverse reaction."),
    _c(
        "thread.snooze",
        "z",
        "Snooze",
        _BROWSE,
        "Put aside until later; the clock goes on.",
        "later",
    ),
    _c("message.hide", "x", "Hide or unhide", _BROWSE, "Hide the message in public.", "hide"),
    _c("app.undo", "u", "Undo", _AROUND, "Take back what you did last, also a send.", "undo"),
    _c("thread.claim", "c", "Claim or release", _BROWSE, "Tell colleagues you are on it.", "claim"),
    _c(
        "mark.toggle", "Space", "Mark", _LIST, "Mark the thread, or not; go on to the next.", "mark"
    ),
    _c("mark.range", "v", "Mark a range", _LIST, "Mark from here to where v is pressed again."),
    _c("mark.all", "V", "Mark all", _LIST, "Mark all that the filter takes in, loaded or not."),
    _c("mark.again", ";", "Mark again", _LIST, "Mark what was marked before, if it is here still."),
    _c("reply.editor", "e", "Reply in $EDITOR", _BROWSE, "Write the reply in your own editor."),
    _c(
        "reply.note",
        "i",
        "Internal note",
        _BROWSE,
        "Colleagues see it, contacts never do; @name calls one.",
        "note",
    ),
    _c(
        "thread.seen",
        "@",
        "Mention seen",
        _BROWSE,
        "Take it out of your Mentioned queue; a note, a reply or done does so as well.",
    ),
    _c(
        "reply.keep",
        "ctrl-k",
        "Keep as a snippet",
        _BROWSE,
        "Save your last reply here as a snippet, else the one you sent last.",
    ),
    _c("thread.assign", "A", "Assign to…", _BROWSE, "Give it to a person or a team.", "assign"),
    _c(
        "thread.ask",
        "E",
        "Ask another team",
        _BROWSE,
        "By mail, with the conversation; the answer comes back as a note.",
    ),
    _c("thread.uncolour", "0", "The rules' colour", _BROWSE, "Take your colour off again."),
    _c("thread.labels", "l", "Labels", _BROWSE, "Add labels, take off with a minus: vip -spam."),
    _c("thread.wake", "Z", "Wake", _BROWSE, "End the snooze now."),
    _c("thread.reopen", "D", "Reopen", _BROWSE, "The wait goes on from its original start."),
    _c(
        "thread.history", "p", "Contact's history", _BROWSE, "Everything with this contact.", "past"
    ),
    _c(
        "thread.other",
        "g o",
        "The tied thread",
        _BROWSE,
        "From a comment to the private thread it was answered in, and back.",
    ),
    _c("message.like", "+", "Like", _BROWSE, "Like the message as the brand, or take it back."),
    _c(
        "message.delete",
        "X",
        "Delete on the platform",
        _BROWSE,
        "Delete the message for everybody. The only thing that cannot be undone; it asks.",
    ),
    _c(
        "message.browse",
        "w",
        "Open in browser",
        _BROWSE,
        "Open the message, an attachment, or a link in its text.",
    ),
    _c(
        "message.code",
        "E",
        "What it expresses",
        _BROWSE,
        "Code the sentiment, the funnel stage, a theme; one more key. Blindly where a sample asks.",
    ),
    _c("message.themes", "", "Themes", _BROWSE, "What the message is about, on or off."),
    _c("message.uncode", "", "Take my codes back", _BROWSE, "A rule's codes show again."),
    *(
        _c(f"message.{value}", "", label, _BROWSE, "Code the message so.")
        for value, label in (
            ("positive", "Code as positive"),
            ("neutral", "Code as neutral"),
            ("negative", "Code as negative"),
            ("awareness", "Code as awareness"),
            ("consideration", "Code as consideration"),
            ("purchase", "Code as purchase"),
            ("recommendation", "Code as recommendation"),
            ("loyalty", "Code as loyalty"),
        )
    ),
    _c(
        "message.quote",
        "O",
        "Outstanding quote",
        _BROWSE,
        "Keep the message as a quote, names removed; cut it before. Again: it is none.",
    ),
    _c("message.picture", "I", "Show the picture", _BROWSE, "Fetch and show an attached picture."),
    _c("message.copy", "y", "Copy text", _BROWSE, "Copy the message's text."),
    _c("message.copy_link", "Y", "Copy link", _BROWSE, "Copy the message's link."),
    _c("outbox.retry", "t", "Try again", _BROWSE, "Queue what could not be sent once more."),
    _c("outbox.drop", "T", "Drop unsent", _BROWSE, "Give up what could not be sent."),
    _c("app.redo", "U", "Redo", _AROUND, "Do again what you took back."),
    _c(
        "app.repeat",
        ".",
        "Repeat",
        _BROWSE,
        "Do the last decision again: here, or to what is marked.",
    ),
    _c(
        "move.back",
        "Esc | q",
        "Back",
        _AROUND,
        "Back to the list; there q leaves, Esc stops a batch, takes marks off, leaves a search.",
    ),
    _c("move.down", "j | Down", "Down", _AROUND, "Next line, or next message."),
    _c("move.up", "k | Up", "Up", _AROUND, "Previous line, or previous message."),
    _c("move.top", "g g | Home", "Top", _AROUND, "To the first."),
    _c("move.bottom", "G | End", "Bottom", _AROUND, "To the last."),
    _c("move.half_down", "ctrl-d", "Half a page down", _AROUND, "Half a page down."),
    _c("move.half_up", "ctrl-u", "Half a page up", _AROUND, "Half a page up."),
    _c("move.page_down", "PageDown", "Page down", _AROUND, "A page down."),
    _c("move.page_up", "PageUp", "Page up", _AROUND, "A page up."),
    _c("move.left", "Left", "Pane to the left", _AROUND, "To the pane on the left."),
    _c("move.right", "Right", "Pane to the right", _AROUND, "To the pane on the right."),
    _c(
        "move.next",
        "Tab",
        "Next by deadline",
        _AROUND,
        "Open the next thread by deadline: yours, then unassigned ones.",
        "next",
    ),
    _c("move.previous", "shift-Tab", "Previous by deadline", _AROUND, "The one before it."),
    _c(
        "view.filter",
        "F | \\",
        "Filter",
        _AROUND,
        "Type a filter, e.g. is:waiting at:dm.",
        "filter",
    ),
    _c("view.search", "/", "Search", _AROUND, "Find threads by their words.", "search"),
    _c("view.found_next", "n", "Next found", _AROUND, "Open the next thread of the list."),
    _c("view.found_previous", "N", "Previous found", _AROUND, "Open the previous thread."),
    _c("view.sort_queue", "o q", "Most urgent first", _AROUND, "Overdue and red first."),
    _c("view.sort_oldest", "o o", "Oldest first", _AROUND, "By the last message, oldest first."),
    _c("view.sort_newest", "o n", "Newest first", _AROUND, "By the last message, newest first."),
    _c("view.sort_deadline", "o d", "By deadline", _AROUND, "Nearest deadline first."),
    _c("view.sort_waiting", "o w", "Longest waiting", _AROUND, "Longest waiting first."),
    _c("view.previous", "H", "Previous view", _AROUND, "The view above in the left pane."),
    _c("view.next", "L", "Next view", _AROUND, "The view below in the left pane."),
    *(
        _c(
            f"view.{n}",
            f"g {n}",
            f"View {n}",
            _AROUND,
            _NTH,
        )
        for n in range(1, 10)
    ),
    _c("view.save", "g s", "Save the view", _AROUND, "Keep this filter and order as a view."),
    _c("view.forget", "", "Forget a view", _AROUND, "Drop a view you saved."),
    _c("app.macros", "g m", "Macros", _AROUND, "Take a macro, or forget one you recorded."),
    _c(
        "app.record",
        "Q",
        "Record a macro",
        _BROWSE,
        "Write down what you decide; Q again ends it and asks for a name and a key.",
    ),
    _c("view.last", "-", "Last view", _AROUND, "Back to the view before."),
    _c("view.brand", "B", "Switch brand", _AROUND, "Show one brand, or all of them."),
    _c("view.compact", "C", "Compact rows", _AROUND, "One line a thread, or two."),
    _c("app.entry", "M", "Manual entry", _AROUND, "Paste what waits where no API reaches."),
    _c("app.channels", "S", "Channels", _AROUND, "How each channel's sync is doing."),
    _c(
        "app.split",
        "b",
        "Split the backlog",
        _AROUND,
        "Divide what waits between people, by day, in equal shares, or by load.",
    ),
    _c(
        "app.campaign",
        "O",
        "Campaign first",
        _AROUND,
        "Let a campaign jump the queue until its end, for everybody; or no longer.",
    ),
    _c(
        "app.today",
        "g t",
        "Today",
        _AROUND,
        "How many wait and which, what is due soon, what came in and was promised.",
    ),
    _c(
        "app.report",
        "g r",
        "Report",
        _AROUND,
        "A month in figures: how much, how fast, how well, by whom; Enter lists what is behind.",
    ),
    _c(
        "app.rules",
        "g u",
        "Rules",
        _AROUND,
        "Auto-moderation: what rules did, how far each is trusted; test, try, stop them.",
    ),
    _c(
        "app.competitors",
        "g k",
        "Competitors",
        _AROUND,
        "Public profiles of other brands beside ours: audience, posts, engagement, answers.",
    ),
    _c(
        "app.approvals",
        "g a",
        "To approve",
        _AROUND,
        "What rules want to do and may not without a person.",
    ),
    _c(
        "app.handover",
        "g h",
        "Handover",
        _AROUND,
        "What you leave behind at the end of a shift; a note, a file, back to the pool.",
    ),
    _c("app.sync", "ctrl-r", "Sync now", _AROUND, "Ask the engine to pull now."),
    _c("app.pause", "P", "Pause or resume", _AROUND, "The kill switch: nothing is sent while on."),
    _c(
        "app.hold_rules",
        "E",
        "Hold all rules",
        _AROUND,
        "Rules do and send nothing more, until E lets them act again.",
    ),
    _c(
        "app.alerts",
        "!",
        "Alerts on or off",
        _AROUND,
        "Tell of new reds and near deadlines, or not.",
    ),
    _c(
        "app.learn",
        "",
        "Learn the keys",
        _AROUND,
        "Ten lessons on a practice platform, half an hour in all.",
    ),
    _c("app.theme", "", "Next theme", _AROUND, "Dark, light, high contrast, 16 colours, or none."),
    _c("app.redraw", "F5", "Redraw", _ALL, "Paint the whole screen anew."),
    _c("app.palette", ": | ctrl-p", "Palette", _AROUND, "Find any command by its name."),
    _c("app.help", "? | F1", "Help", _ALL, "Every key and what it does."),
    _c("app.quit", "ctrl-q", "Leave", _ALL, "Leave; drafts are kept, the engine goes on."),
    _c("compose.send", "ctrl-s", "Send", _WRITE, "Send; u takes it back for some seconds.", "send"),
    _c(
        "compose.send_next", "ctrl-t", "Send, next", _WRITE, "Send and open the next.", "send, next"
    ),
    _c(
        "compose.snippet",
        "ctrl-o",
        "Snippet",
        _WRITE,
        "Insert a saved reply; or ;;name.",
        "snippet",
    ),
    _c(
        "compose.card",
        "ctrl-l | K",
        "Product card",
        (*_BROWSE, *_WRITE),
        "Search the product cards and quote one into the reply.",
        "card",
    ),
    _c("compose.editor", "ctrl-g", "$EDITOR", _WRITE, "Go on in your own editor.", "editor"),
    _c("compose.note", "ctrl-n", "Reply or note", _WRITE, "Switch to a note and back.", "note"),
    _c("compose.private", "ctrl-r", "Public or private", _WRITE, "Who will see it.", "private"),
    _c(
        "compose.call",
        "Tab",
        "Call a colleague",
        _WRITE,
        "Complete the name after @ in a note: who is called finds the thread in Mentioned.",
    ),
    _c("compose.leave", "Esc", "Keep the draft", _WRITE, "Leave; the text is kept.", "keep draft"),
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
