"""Commands that choose what the list shows, and commands that only show."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import cast

from carecli.domain.entry import ManualEntry
from carecli.domain.errors import CareError
from carecli.domain.figures import number
from carecli.i18n import _, ngettext
from carecli.tui.commands.context import CommandContext
from carecli.tui.commands.registry import HANDLERS, handles, run
from carecli.tui.conversation.links import link_objection, links_of
from carecli.tui.day.channels import channel_lines
from carecli.tui.inbox.bars import WAITING, ListView
from carecli.tui.inbox.outcome_words import concerning
from carecli.tui.keys.help import help_entries
from carecli.tui.style.cells import Line, cut, steady
from carecli.tui.terminal.screen_buffer import TouchUp
from carecli.tui.widgets.dialogs import Ask, Choice, Picker, TextWindow, among
from carecli.tui.widgets.entry_form import EntryForm
from carecli.tui.widgets.help_reader import HelpReader

HISTORY = 100


@handles("view.filter")
def open_filter(context: CommandContext) -> None:
    """Type a filter."""
    context.filter_bar.open(context.views.current.filter, is_search=False)


@handles("view.search")
def open_search(context: CommandContext) -> None:
    """Type words to find."""
    context.filter_bar.open("", is_search=True)


def _sorted(sort: str) -> Callable[[CommandContext], None]:
    return lambda context: _show(context, replace(context.views.current, sort=sort))


HANDLERS.update(
    {
        f"view.sort_{sort}": _sorted(sort)
        for sort in ("queue", "oldest", "newest", "deadline", "waiting")
    }
)


def _show(context: CommandContext, view: ListView) -> None:
    context.loader.show_view(view)


def _nth(number: int) -> Callable[[CommandContext], None]:
    def show(context: CommandContext) -> None:
        view = context.views.numbered(number)
        if view is not None:
            context.loader.show_view(view)

    return show


HANDLERS.update({f"view.{number}": _nth(number) for number in range(1, 10)})


def _beside(by: int) -> Callable[[CommandContext], None]:
    def show(context: CommandContext) -> None:
        all_views, here = context.views.all() or [WAITING], context.views.current
        alike = [n for n, view in enumerate(all_views) if view.filter == here.filter]
        # two views may show the same threads in another order
        same = [n for n in alike if all_views[n] == here] or alike
        at = same[0] + by if same else 0
        context.loader.show_view(all_views[max(0, min(at, len(all_views) - 1))])

    return show


HANDLERS.update({"view.next": _beside(1), "view.previous": _beside(-1)})


@handles("view.save")
def save_view(context: CommandContext) -> None:
    """Keep the present filter and order as a view."""
    view = context.views.current

    def typed(name: str | None) -> None:
        name = (name or "").strip()

        def kept(_done: object) -> None:
            context.views.announce(_("The view was saved."))
            if context.views.current == view:
                context.loader.show_view(ListView(name, view.filter, view.sort))

        if name:
            context.runner.do(
                lambda: context.desk.threads.save_view(name, view.filter, view.sort),
                kept,
            )

    context.app.push_screen(
        Ask(context.preferences.painter, _("Save as a view: {filter}").format(filter=view.filter)),
        typed,
    )


@handles("view.forget")
def forget_view(context: CommandContext) -> None:
    """Drop a view that was saved from the screen."""
    mine = [one for one in context.views.saved if not one.is_configured]
    choices = [Choice(one.key, one.title, one.filter) for one in mine]

    def chosen(key: str | None) -> None:
        if key is not None:
            context.runner.do(
                lambda: context.desk.threads.forget_view(key),
                lambda _done: context.views.announce(_("The view was deleted.")),
            )

    context.app.push_screen(
        Picker(context.preferences.painter, _("Which view do you want to delete?"), among(choices)),
        chosen,
    )


@handles("view.last")
def last(context: CommandContext) -> None:
    """Back to the view before."""
    context.loader.show_view(context.views.previous)


@handles("view.brand")
def switch_brand(context: CommandContext) -> None:
    """One brand, or all."""
    choices = [Choice("", _("All brands"))]
    for one in context.views.overview.brands:
        waiting = ngettext("{n} waiting", "{n} waiting", one.count)
        choices.append(Choice(one.key, one.title, waiting.format(n=number(one.count))))

    def chosen(brand: str | None) -> None:
        if brand is not None:
            context.loader.show_view(context.views.current, brand=brand)

    context.app.push_screen(Picker(context.preferences.painter, _("Brand"), among(choices)), chosen)


@handles("view.compact")
def compact(context: CommandContext) -> None:
    """One line a thread, or two."""
    context.preferences.settings = replace(
        context.preferences.settings, compact=not context.preferences.settings.compact
    )
    context.threads.set_compact(context.preferences.settings.compact)


@handles("app.alerts")
def switch_alerts(context: CommandContext) -> None:
    """Alerts on, or off."""
    context.alerts.switch()


@handles("app.redraw")
def redraw(context: CommandContext) -> None:
    """Everything anew, whatever another program left on the terminal."""
    cast("TouchUp", context.app).redraw()


@handles("app.help")
def show_help(context: CommandContext) -> None:
    """Every key."""
    context.app.push_screen(
        HelpReader(context.preferences.painter, help_entries(context.preferences.keymap))
    )


@handles("app.palette")
def open_palette(context: CommandContext) -> None:
    """Find a command by its name."""
    pane = context.layout.context
    choices = [
        Choice(
            command.id,
            _(command.label),
            ", ".join(context.preferences.keymap.keys[command.id]) or " ",
        )
        for command in context.preferences.keymap.commands
        if pane in command.contexts
    ]

    def chosen(command: str | None) -> None:
        if command is not None:
            run(context, command)

    context.app.push_screen(
        Picker(context.preferences.painter, _("Commands"), among(choices)), chosen
    )


@handles("app.learn")
def learn(context: CommandContext) -> None:
    """Go to the lessons, and come back."""
    context.screen.learn()


@handles("app.quit")
def leave(context: CommandContext) -> None:
    """Leave the inbox."""
    context.app.exit()


@handles("app.channels")
def show_channels(context: CommandContext) -> None:
    """How each channel's sync is doing."""

    def write(width: int) -> list[Line]:
        return channel_lines(
            context.views.overview, context.desk.now(), context.preferences.zone, width
        )

    context.app.push_screen(TextWindow(context.preferences.painter, _("Channels"), write))


@handles("app.sync")
def sync_now(context: CommandContext) -> None:
    """Ask the engine to pull."""
    context.runner.do(
        context.desk.commands.ask_sync, lambda _done: context.runner.say(_("Sync started."))
    )


@handles("app.pause")
def pause(context: CommandContext) -> None:
    """The kill switch."""
    on = not context.views.overview.is_paused

    def told(_done: None) -> None:
        paused = _("Paused: nothing is sent to any platform.")
        context.runner.say(paused if on else _("Sending resumed."))
        context.views.refresh_overview()

    context.runner.do(lambda: context.desk.commands.pause(on), told)


@handles("app.entry")
def manual_entry(context: CommandContext) -> None:
    """Paste what waits where no API reaches."""
    choices = [
        Choice(one.channel, one.title or one.channel, one.brand)
        for one in context.views.overview.channels
        if one.platform == "manual"
    ]
    if not choices:
        why = _("No channel accepts manual entries.")
        context.runner.complain(
            CareError(why, hint=_("Add a channel with the platform `manual` to the configuration."))
        )
        return

    def into(channel: str | None) -> None:
        if channel is None:
            return

        def typed(entry: ManualEntry | None) -> None:
            if entry is not None:
                context.runner.do(
                    lambda: context.desk.commands.add_entry(channel, entry),
                    lambda _done: context.runner.say(_("It is in the list now.")),
                )

        context.app.push_screen(EntryForm(context.preferences.painter, _("Manual entry")), typed)

    if len(choices) == 1:
        into(choices[0].key)
    else:
        picker = Picker(
            context.preferences.painter, _("Manual entry: which channel?"), among(choices)
        )
        context.app.push_screen(picker, into)


@handles("app.turned_away")
def turned_away(context: CommandContext) -> None:
    """What was not taken in, and why: one of them may be."""
    try:
        found = context.desk.records.outsiders.listed()
    except CareError as error:
        context.runner.complain(error)
        return
    if not found:
        context.runner.say(_("There are no new turned-away messages."))
        return
    choices = [
        Choice(
            str(one.id),
            cut(steady(one.sender), 32),
            _(one.reason),
            text=f"{' '.join(one.sender.split())}: {_(one.reason)}\n\n{one.text}",
        )
        for one in found
    ]

    def chosen(id_: str | None) -> None:
        if id_ is not None:
            context.runner.do(
                lambda: context.desk.records.outsiders.take([int(id_)]),
                lambda _done: context.runner.say(_("It is in the list now.")),
            )

    title = _("Turned away: which one to accept?")
    context.app.push_screen(Picker(context.preferences.painter, title, among(choices)), chosen)


@handles("message.browse")
def browse(context: CommandContext) -> None:
    """Open the message where it stands, or what is attached to it or named in it."""
    thread = context.selection.thread
    talk = context.conversation.of(thread) if thread is not None else None
    links = links_of(talk, context.conversation.message_of(talk)) if talk is not None else []

    def opened(link: str | None) -> None:
        if link is None:
            return
        problem = link_objection(link)
        if problem:
            context.runner.complain(CareError(problem, hint=link))
            return
        context.runner.say(
            concerning(context.selection.name_of(thread) if thread is not None else "", link)
        )
        context.app.open_url(link)

    if len(links) < 2:
        opened(links[0].url if links else "")
        return
    choices = [Choice(one.url, one.what, one.url) for one in links]
    title = context.selection.titled(
        [thread] if thread is not None else [], _("What do you want to open?")
    )
    context.app.push_screen(Picker(context.preferences.painter, title, among(choices)), opened)


@handles("message.picture")
def show_picture(context: CommandContext) -> None:
    """Fetch and show a picture attached to the message."""
    from carecli.tui.widgets.picture import PictureViewer

    thread = context.selection.thread
    talk = context.conversation.of(thread) if thread is not None else None
    message = context.conversation.message_of(talk) if talk is not None else None
    attached = [one for one in message.attachments if one.url] if message is not None else []
    if not attached:
        name = context.selection.name_of(thread) if thread is not None else ""
        context.runner.complain(CareError(_("This message has no attachments."), hint=""), name)
        return

    def show(url: str | None) -> None:
        if url is not None:
            name = next((one.name or one.kind for one in attached if one.url == url), "")
            viewer = PictureViewer(
                context.preferences.painter, name, lambda: context.desk.conversations.picture(url)
            )
            context.app.push_screen(viewer)

    if len(attached) == 1:
        show(attached[0].url)
        return
    choices = [Choice(one.url, one.name or one.kind, one.kind) for one in attached]
    title = context.selection.titled([thread] if thread is not None else [], _("Which picture?"))
    context.app.push_screen(Picker(context.preferences.painter, title, among(choices)), show)


@handles("message.unfold")
def unfold(context: CommandContext) -> None:
    """Show what mails quote, or fold it again."""
    talk = context.conversation.opened
    if talk is None:
        context.runner.complain(CareError(_("No thread is open."), hint=""))
    elif not any(one.folded for one in talk.messages):
        context.runner.say(_("There is no quoted text to show here."))
    else:
        context.conversation.toggle_quotes()


@handles("message.copy")
def copy_text(context: CommandContext) -> None:
    """Copy the message's text."""
    thread = context.selection.thread
    talk = context.conversation.of(thread) if thread is not None else None
    message = context.conversation.message_of(talk) if talk is not None else None
    if thread is None or message is None:
        return
    name = context.selection.name_of(thread)
    if message.text:
        _copy(context, message.text, name)
    else:
        context.runner.complain(CareError(_("This message has no text to copy."), hint=""), name)


def _copy(context: CommandContext, text: str, name: str) -> None:
    """Copy a text and say what became of it, and whose it was."""
    from carecli.tui.terminal.clipboard import copy_by_terminal, copy_in_tmux, is_in_tmux

    def told(said: str) -> None:
        context.runner.say(concerning(name, said))

    if is_in_tmux():
        context.runner.do(lambda: copy_in_tmux(text), told, about=name)
    else:
        told(copy_by_terminal(text, context.app.copy_to_clipboard))


@handles("message.copy_link")
def copy_link(context: CommandContext) -> None:
    """Copy the message's link."""
    link = context.selection.link
    if link:
        thread = context.selection.thread
        _copy(context, link, context.selection.name_of(thread) if thread is not None else "")
