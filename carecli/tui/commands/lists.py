"""What the list shows, and everything that only looks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import cast

from carecli.domain.entry import ManualEntry
from carecli.domain.errors import CareError
from carecli.domain.figures import number
from carecli.i18n import _, ngettext
from carecli.tui.commands.registry import HANDLERS, handles, run
from carecli.tui.conversation.links import link_objection, links_of
from carecli.tui.day.channels import channel_lines
from carecli.tui.inbox.bars import WAITING, ListView
from carecli.tui.inbox.controller import InboxController
from carecli.tui.inbox.outcome_words import concerning
from carecli.tui.keys.help import help_entries
from carecli.tui.style.cells import Line, cut, steady
from carecli.tui.terminal.screen_buffer import TouchUp
from carecli.tui.widgets.dialogs import Ask, Choice, Picker, TextWindow, among
from carecli.tui.widgets.entry_form import EntryForm
from carecli.tui.widgets.help_reader import HelpReader

HISTORY = 100


@handles("view.filter")
def open_filter(inbox: InboxController) -> None:
    """Type a filter."""
    inbox.type_filter(inbox.view.filter, is_search=False)


@handles("view.search")
def open_search(inbox: InboxController) -> None:
    """Type words to find."""
    inbox.type_filter("", is_search=True)


def _sorted(sort: str) -> Callable[[InboxController], None]:
    return lambda inbox: _show(inbox, replace(inbox.view, sort=sort))


HANDLERS.update(
    {
        f"view.sort_{sort}": _sorted(sort)
        for sort in ("queue", "oldest", "newest", "deadline", "waiting")
    }
)


def _show(inbox: InboxController, view: ListView) -> None:
    inbox.show_view(view)


def _nth(number: int) -> Callable[[InboxController], None]:
    def show(inbox: InboxController) -> None:
        view = inbox.view_number(number)
        if view is not None:
            inbox.show_view(view)

    return show


HANDLERS.update({f"view.{number}": _nth(number) for number in range(1, 10)})


def _beside(by: int) -> Callable[[InboxController], None]:
    def show(inbox: InboxController) -> None:
        all_views, here = inbox.all_views() or [WAITING], inbox.view
        alike = [n for n, view in enumerate(all_views) if view.filter == here.filter]
        # two views may show the same threads in another order
        same = [n for n in alike if all_views[n] == here] or alike
        at = same[0] + by if same else 0
        inbox.show_view(all_views[max(0, min(at, len(all_views) - 1))])

    return show


HANDLERS.update({"view.next": _beside(1), "view.previous": _beside(-1)})


@handles("view.save")
def save_view(inbox: InboxController) -> None:
    """Keep the present filter and order as a view."""
    view = inbox.view

    def typed(name: str | None) -> None:
        name = (name or "").strip()

        def kept(_done: object) -> None:
            inbox.views_changed(_("The view was saved."))
            if inbox.view == view:
                inbox.show_view(ListView(name, view.filter, view.sort))

        if name:
            inbox.do(
                lambda: inbox.desk.threads.save_view(name, view.filter, view.sort),
                kept,
            )

    inbox.app.push_screen(
        Ask(inbox.painter, _("Save as a view: {filter}").format(filter=view.filter)), typed
    )


@handles("view.forget")
def forget_view(inbox: InboxController) -> None:
    """Drop a view that was saved from the screen."""
    mine = [one for one in inbox.saved if not one.is_configured]
    choices = [Choice(one.key, one.title, one.filter) for one in mine]

    def chosen(key: str | None) -> None:
        if key is not None:
            inbox.do(
                lambda: inbox.desk.threads.forget_view(key),
                lambda _done: inbox.views_changed(_("The view was deleted.")),
            )

    inbox.app.push_screen(
        Picker(inbox.painter, _("Which view do you want to delete?"), among(choices)), chosen
    )


@handles("view.last")
def last(inbox: InboxController) -> None:
    """Back to the view before."""
    inbox.show_view(inbox.last_view)


@handles("view.brand")
def switch_brand(inbox: InboxController) -> None:
    """One brand, or all."""
    choices = [Choice("", _("All brands"))]
    for one in inbox.overview.brands:
        waiting = ngettext("{n} waiting", "{n} waiting", one.count)
        choices.append(Choice(one.key, one.title, waiting.format(n=number(one.count))))

    def chosen(brand: str | None) -> None:
        if brand is not None:
            inbox.show_view(inbox.view, brand=brand)

    inbox.app.push_screen(Picker(inbox.painter, _("Brand"), among(choices)), chosen)


@handles("view.compact")
def compact(inbox: InboxController) -> None:
    """One line a thread, or two."""
    inbox.settings = replace(inbox.settings, compact=not inbox.settings.compact)
    inbox.threads.set_compact(inbox.settings.compact)


@handles("app.alerts")
def switch_alerts(inbox: InboxController) -> None:
    """Alerts on, or off."""
    inbox.switch_alerts()


@handles("app.redraw")
def redraw(inbox: InboxController) -> None:
    """Everything anew, whatever another program left on the terminal."""
    cast("TouchUp", inbox.app).redraw()


@handles("app.help")
def show_help(inbox: InboxController) -> None:
    """Every key."""
    inbox.app.push_screen(HelpReader(inbox.painter, help_entries(inbox.keymap)))


@handles("app.palette")
def open_palette(inbox: InboxController) -> None:
    """Find a command by its name."""
    context = inbox.context
    choices = [
        Choice(command.id, _(command.label), ", ".join(inbox.keymap.keys[command.id]) or " ")
        for command in inbox.keymap.commands
        if context in command.contexts
    ]

    def chosen(command: str | None) -> None:
        if command is not None:
            run(inbox, command)

    inbox.app.push_screen(Picker(inbox.painter, _("Commands"), among(choices)), chosen)


@handles("app.learn")
def learn(inbox: InboxController) -> None:
    """Go to the lessons, and come back."""
    inbox.learn()


@handles("app.quit")
def leave(inbox: InboxController) -> None:
    """Leave the inbox."""
    inbox.app.exit()


@handles("app.channels")
def show_channels(inbox: InboxController) -> None:
    """How each channel's sync is doing."""

    def write(width: int) -> list[Line]:
        return channel_lines(inbox.overview, inbox.now(), inbox.settings.zone, width)

    inbox.app.push_screen(TextWindow(inbox.painter, _("Channels"), write))


@handles("app.sync")
def sync_now(inbox: InboxController) -> None:
    """Ask the engine to pull."""
    inbox.do(inbox.desk.commands.ask_sync, lambda _done: inbox.say(_("Sync started.")))


@handles("app.pause")
def pause(inbox: InboxController) -> None:
    """The kill switch."""
    on = not inbox.overview.is_paused

    def told(_done: None) -> None:
        paused = _("Paused: nothing is sent to any platform.")
        inbox.say(paused if on else _("Sending resumed."))
        inbox.refresh_overview()

    inbox.do(lambda: inbox.desk.commands.pause(on), told)


@handles("app.entry")
def manual_entry(inbox: InboxController) -> None:
    """Paste what waits where no API reaches."""
    choices = [
        Choice(one.channel, one.title or one.channel, one.brand)
        for one in inbox.overview.channels
        if one.platform == "manual"
    ]
    if not choices:
        why = _("No channel accepts manual entries.")
        inbox.complain(
            CareError(why, hint=_("Add a channel with the platform `manual` to the configuration."))
        )
        return

    def into(channel: str | None) -> None:
        if channel is None:
            return

        def typed(entry: ManualEntry | None) -> None:
            if entry is not None:
                inbox.do(
                    lambda: inbox.desk.commands.add_entry(channel, entry),
                    lambda _done: inbox.say(_("It is in the list now.")),
                )

        inbox.app.push_screen(EntryForm(inbox.painter, _("Manual entry")), typed)

    if len(choices) == 1:
        into(choices[0].key)
    else:
        picker = Picker(inbox.painter, _("Manual entry: which channel?"), among(choices))
        inbox.app.push_screen(picker, into)


@handles("app.turned_away")
def turned_away(inbox: InboxController) -> None:
    """What was not taken in, and why: one of them may be."""
    try:
        found = inbox.desk.records.outsiders.listed()
    except CareError as error:
        inbox.complain(error)
        return
    if not found:
        inbox.say(_("There are no new turned-away messages."))
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
            inbox.do(
                lambda: inbox.desk.records.outsiders.take([int(id_)]),
                lambda _done: inbox.say(_("It is in the list now.")),
            )

    title = _("Turned away: which one to accept?")
    inbox.app.push_screen(Picker(inbox.painter, title, among(choices)), chosen)


@handles("message.browse")
def browse(inbox: InboxController) -> None:
    """Open the message where it stands, or what is attached to it or named in it."""
    thread = inbox.at_hand
    talk = inbox.talk_of(thread) if thread is not None else None
    links = links_of(talk, inbox.message_of(talk)) if talk is not None else []

    def opened(link: str | None) -> None:
        if link is None:
            return
        problem = link_objection(link)
        if problem:
            inbox.complain(CareError(problem, hint=link))
            return
        inbox.say(concerning(inbox.name_of(thread) if thread is not None else "", link))
        inbox.app.open_url(link)

    if len(links) < 2:
        opened(links[0].url if links else "")
        return
    choices = [Choice(one.url, one.what, one.url) for one in links]
    title = inbox.titled([thread] if thread is not None else [], _("What do you want to open?"))
    inbox.app.push_screen(Picker(inbox.painter, title, among(choices)), opened)


@handles("message.picture")
def show_picture(inbox: InboxController) -> None:
    """Fetch and show a picture attached to the message."""
    from carecli.tui.widgets.picture import PictureViewer

    thread = inbox.at_hand
    talk = inbox.talk_of(thread) if thread is not None else None
    message = inbox.message_of(talk) if talk is not None else None
    attached = [one for one in message.attachments if one.url] if message is not None else []
    if not attached:
        name = inbox.name_of(thread) if thread is not None else ""
        inbox.complain(CareError(_("This message has no attachments."), hint=""), name)
        return

    def show(url: str | None) -> None:
        if url is not None:
            name = next((one.name or one.kind for one in attached if one.url == url), "")
            viewer = PictureViewer(
                inbox.painter, name, lambda: inbox.desk.conversations.picture(url)
            )
            inbox.app.push_screen(viewer)

    if len(attached) == 1:
        show(attached[0].url)
        return
    choices = [Choice(one.url, one.name or one.kind, one.kind) for one in attached]
    title = inbox.titled([thread] if thread is not None else [], _("Which picture?"))
    inbox.app.push_screen(Picker(inbox.painter, title, among(choices)), show)


@handles("message.unfold")
def unfold(inbox: InboxController) -> None:
    """Show what mails quote, or fold it again."""
    talk = inbox.opened
    if talk is None:
        inbox.complain(CareError(_("No thread is open."), hint=""))
    elif not any(one.folded for one in talk.messages):
        inbox.say(_("There is no quoted text to show here."))
    else:
        inbox.unfolded = None if inbox.unfolded == talk.row.id else talk.row.id
        inbox.paint_talk()


@handles("message.copy")
def copy_text(inbox: InboxController) -> None:
    """Copy the message's text."""
    thread = inbox.at_hand
    talk = inbox.talk_of(thread) if thread is not None else None
    message = inbox.message_of(talk) if talk is not None else None
    if thread is None or message is None:
        return
    name = inbox.name_of(thread)
    if message.text:
        _copy(inbox, message.text, name)
    else:
        inbox.complain(CareError(_("This message has no text to copy."), hint=""), name)


def _copy(inbox: InboxController, text: str, name: str) -> None:
    """Copy a text and say what became of it, and whose it was."""
    from carecli.tui.terminal.clipboard import copy_by_terminal, copy_in_tmux, is_in_tmux

    def told(said: str) -> None:
        inbox.say(concerning(name, said))

    if is_in_tmux():
        inbox.do(lambda: copy_in_tmux(text), told, about=name)
    else:
        told(copy_by_terminal(text, inbox.app.copy_to_clipboard))


@handles("message.copy_link")
def copy_link(inbox: InboxController) -> None:
    """Copy the message's link."""
    link = inbox.link_at_hand()
    if link:
        thread = inbox.at_hand
        _copy(inbox, link, inbox.name_of(thread) if thread is not None else "")
