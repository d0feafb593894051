"""THE table of lessons.

In texts `[thread.red]` is the key of that command, as the learner has it, and `[=t]` just that
key. A translation keeps both as they are, and the names of people.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

from carecli.domain.model import Colour
from carecli.i18n import N_
from carecli.tui.lessons import goals
from carecli.tui.lessons.goals import Goal

KEY = re.compile(r"\[(=?)([\w.-]+)\]")
"""A key in a text: a command's, or just itself."""

FANS = (
    "Ana Ríos",
    "Bruno Díaz",
    "Celia Mar",
    "Dora Gil",
    "Eva Solís",
    "Félix Roa",
    "Gema Ibarra",
    "Hilda Peña",
)
"""Who wrote nothing but emoji."""


@dataclass(frozen=True, slots=True)
class LessonStep:
    """One thing to do. `hint` comes when it takes long, or after another key.

    Steps count in any order, but for those that `follow`: they go on from the step before them and
    count once that is done.
    """

    task: str
    goal: Goal
    hint: str
    is_sent: bool = False
    """Whether something must reach the platform, which takes some seconds."""
    follows: bool = False

    @property
    def commands(self) -> frozenset[str]:
        """The commands whose keys it names."""
        return frozenset(
            name for text in (self.task, self.hint) for own, name in KEY.findall(text) if not own
        )


@dataclass(frozen=True, slots=True)
class Lesson:
    """What and why in two sentences, and what to do. `cast` are the people it is about."""

    key: str
    title: str
    why: str
    steps: tuple[LessonStep, ...]
    cast: tuple[str, ...] = ()
    brand: str = "lrp"

    def can_count(self, step: int, done: Collection[int]) -> bool:
        """Whether a step counts once its goal is met, with these steps done."""
        return not self.steps[step].follows or step - 1 in done

    def kept(self, done: Collection[int]) -> frozenset[int]:
        """The done steps that hold in a world made anew: not those of a row that is half done."""
        rows: list[list[int]] = []
        for number, step in enumerate(self.steps):
            if step.follows:
                rows[-1].append(number)
            else:
                rows.append([number])
        return frozenset(
            number for row in rows if all(one in done for one in row) for number in row
        )


_FIND = N_("The names are in the list: [move.down] goes down, [move.up] up, [move.back] back.")

LESSONS: tuple[Lesson, ...] = (
    Lesson(
        "moving",
        N_("Moving and opening"),
        N_("Each line is a person waiting for an answer, most urgent first. No mouse needed."),
        (
            LessonStep(
                N_("Go down with [move.down], then to the very last line with [move.bottom]."),
                goals.at_the_end,
                N_("[move.bottom] is a capital letter: hold Shift."),
            ),
            LessonStep(
                N_("Go to the top with [move.top] and open the first thread with [move.open]."),
                goals.first_opened,
                N_("[move.top] goes to the top, [move.open] opens, [move.back] goes back."),
            ),
            LessonStep(
                N_("Read what she wrote, then go back to the list with [move.back]."),
                goals.back_in_the_list,
                N_("[move.back] always leads back to the list."),
                follows=True,
            ),
            LessonStep(
                N_(
                    "Press [move.next] to open the thread with the nearest deadline, then once "
                    "more."
                ),
                goals.two_opened,
                N_("Press [move.next] twice: your threads come first, then unassigned ones."),
                follows=True,
            ),
        ),
    ),
    Lesson(
        "colours",
        N_("Triage by colour"),
        N_(
            "The colour sets who answers and by when: red 2 hours, yellow 6, green 24. A "
            "letter in brackets means that nobody has set it yet."
        ),
        (
            LessonStep(
                N_("María González has a swollen face. On her line press [thread.red]: red."),
                goals.coloured("María González", Colour.RED),
                _FIND,
            ),
            LessonStep(
                N_("Everyone should notice her: raise the flag with [thread.flag]."),
                goals.flagged("María González"),
                N_("The cursor must be on María González. [thread.flag] also removes a flag."),
            ),
            LessonStep(
                N_("Karla Ruiz complains about the pump. On her line: [thread.yellow], yellow."),
                goals.coloured("Karla Ruiz", Colour.YELLOW),
                _FIND,
            ),
            LessonStep(
                N_("Jorge Luna asks for a price. On his line: [thread.green], green."),
                goals.coloured("Jorge Luna", Colour.GREEN),
                _FIND,
            ),
        ),
        ("María González", "Karla Ruiz", "Jorge Luna"),
    ),
    Lesson(
        "replying",
        N_("Replying"),
        N_(
            "Everyone can read a reply to a comment; a private message only that person. It is "
            "sent after a few seconds. Your text is never lost."
        ),
        (
            LessonStep(
                N_("On Lucía Ortega press [reply.public], type an answer, send: [compose.send]."),
                goals.answered("Lucía Ortega"),
                N_("Already sent? Wait a few seconds. If not, press [compose.send]."),
                is_sent=True,
            ),
            LessonStep(
                N_("On Diego Salas: [reply.public], type a few words, close with [compose.leave]."),
                goals.draft_kept_or_answered("Diego Salas"),
                N_("[move.back] goes to the list. [compose.leave] saves what you typed."),
            ),
            LessonStep(
                N_(
                    "Diego again: [reply.public], finish it, send and go on with "
                    "[compose.send_next]."
                ),
                goals.answered("Diego Salas"),
                N_("[compose.send_next] sends and opens the next thread. Then wait a few seconds."),
                is_sent=True,
            ),
        ),
        ("Lucía Ortega", "Diego Salas"),
    ),
    Lesson(
        "snippets",
        N_("Saved replies"),
        N_(
            "A snippet saves typing. It asks for what only you know, and nothing is sent until "
            "every field in braces is filled in."
        ),
        (
            LessonStep(
                N_(
                    "On Elena Vargas: [reply.snippet], type “parcel”, [=Enter]. It asks for a day: "
                    "type one, [=Enter], then [compose.send]."
                ),
                goals.answered_with("parcel", "Elena Vargas"),
                N_("An empty field is selected: just type. Then press [compose.send] and wait."),
                is_sent=True,
            ),
            LessonStep(
                N_(
                    "On Paola Reyes: [reply.public], type “;;thanks” and a space, then "
                    "[compose.send]."
                ),
                goals.answered_with("thanks", "Paola Reyes"),
                N_("Type two semicolons, the name and a space. [compose.leave] closes."),
                is_sent=True,
            ),
        ),
        ("Elena Vargas", "Paola Reyes"),
    ),
    Lesson(
        "people",
        N_("Assigning and claiming"),
        N_(
            "The person a thread is assigned to answers it. A claim shows colleagues that you "
            "are working on it now, so nobody answers twice."
        ),
        (
            LessonStep(
                N_(
                    "Andrés Cano asks about skin care. Assign him to yourself with "
                    "[thread.assign_me]."
                ),
                goals.assigned_to_me("Andrés Cano"),
                _FIND,
            ),
            LessonStep(
                N_("Still on Andrés: claim him with [thread.claim]."),
                goals.claimed("Andrés Cano"),
                N_("Put the cursor on Andrés Cano and press [thread.claim]."),
            ),
            LessonStep(
                N_("You change your mind: press [thread.claim] again to release him."),
                goals.released("Andrés Cano"),
                N_("Put the cursor on Andrés Cano and press [thread.claim]."),
                follows=True,
            ),
            LessonStep(
                N_(
                    "Rosa Medina is a journalist. On her line: [thread.assign], type "
                    "“communication”, [=Enter]."
                ),
                goals.assigned_to_team("Rosa Medina", "communication"),
                N_(
                    "[thread.assign] is a capital letter: hold Shift. Teams are listed below "
                    "people."
                ),
            ),
        ),
        ("Andrés Cano", "Rosa Medina"),
    ),
    Lesson(
        "done",
        N_("Done and undo"),
        N_(
            "Not everything needs a reply: you can close a thread with a reason. Every "
            "decision can be undone, even a reply in its first seconds."
        ),
        (
            LessonStep(
                N_(
                    "Sofía León only says thanks. On her line: [thread.done], then [=t] for thanks."
                ),
                goals.done("Sofía León"),
                _FIND,
            ),
            LessonStep(
                N_("She left the list. Undo it with [app.undo]: she is waiting again."),
                goals.waits("Sofía León"),
                N_("[app.undo] undoes your last action, [app.redo] does it again."),
                follows=True,
            ),
            LessonStep(
                N_("It was right after all: do it again with [app.redo], a capital letter."),
                goals.done("Sofía León"),
                N_("[app.redo] repeats what [app.undo] undid. Hold Shift."),
                follows=True,
            ),
            LessonStep(
                N_(
                    "Answer Iván Mora: [reply.public], a few words, [compose.send], then at "
                    "once [app.undo]. It is not sent."
                ),
                goals.taken_back("Iván Mora"),
                N_("Press [app.undo] within eight seconds. Too late? Answer him again."),
            ),
        ),
        ("Sofía León", "Iván Mora"),
    ),
    Lesson(
        "hiding",
        N_("Hiding and private replies"),
        N_(
            "A hidden comment is visible only to its author and their friends. Questions about "
            "an order are answered in private."
        ),
        (
            LessonStep(
                N_("Hugo Paz insults people. On his line press [message.hide]: hidden."),
                goals.hidden("Hugo Paz"),
                N_("Press [message.hide] again to show it. It takes a few seconds."),
                is_sent=True,
            ),
            LessonStep(
                N_(
                    "On Carmen Vela: [reply.private], a capital letter; type an answer, "
                    "[compose.send]."
                ),
                goals.answered_privately("Carmen Vela"),
                N_("Your text must be marked PRIVATE; [compose.private] switches. Then wait."),
                is_sent=True,
            ),
        ),
        ("Hugo Paz", "Carmen Vela"),
    ),
    Lesson(
        "finding",
        N_("Filters and views"),
        N_(
            "A filter sets what the list shows. A view is a saved filter with a name and its "
            "own key."
        ),
        (
            LessonStep(
                N_(
                    "Press [view.filter], type “is:waiting at:dm”, [=Enter]: private messages only."
                ),
                goals.filtered("at:dm"),
                N_("[view.filter] opens a line below the list; typing replaces its text."),
            ),
            LessonStep(
                N_("Save it: [view.save], type a name, [=Enter]."),
                goals.view_kept("at:dm"),
                N_("Press the two keys [view.save] one after the other."),
            ),
            LessonStep(
                N_("Go back to the previous view with [view.last]."),
                goals.not_filtered("at:dm"),
                N_("[view.last] switches between the last two views; [view.1] shows your new one."),
                follows=True,
            ),
            LessonStep(
                N_("Sort by nearest deadline: [view.sort_deadline]."),
                goals.sorted_by("deadline"),
                N_("Press the two keys [view.sort_deadline] one after the other."),
            ),
            LessonStep(
                N_("Who asked about make-up? Press [view.search], type a word, [=Enter]."),
                goals.found,
                N_("[view.search] finds words in all messages. Try another word."),
            ),
        ),
    ),
    Lesson(
        "batches",
        N_("Many at once"),
        N_(
            "One key acts on all marked threads, and one undo reverts it. With more than 20 "
            "threads you see a review first."
        ),
        (
            LessonStep(
                N_(
                    "Eight people sent only emoji. Mark two with [mark.toggle], then "
                    "[thread.done], [=e] for emoji."
                ),
                goals.many_done(FANS, 2),
                N_("They are near the end of the list. [mark.toggle] marks and moves on."),
            ),
            LessonStep(
                N_("One [app.undo] brings them all back."),
                goals.all_wait_again(FANS),
                N_("Press [app.undo] until all eight are in the list again."),
                follows=True,
            ),
            LessonStep(
                N_(
                    "On the first of the eight press [mark.range], move to the last, "
                    "[mark.range] again. Then [thread.done], [=e]."
                ),
                goals.many_done(FANS, len(FANS)),
                N_("[move.down] extends the range. Some left? Mark them too. [app.undo] helps."),
                follows=True,
            ),
        ),
        FANS,
    ),
    Lesson(
        "sharing",
        N_("Splitting a backlog and handover"),
        N_(
            "After a holiday many threads wait: a split divides them, with one undo. When your "
            "shift ends, your threads go to somebody else."
        ),
        (
            LessonStep(
                N_(
                    "Press [app.split]. Go down to Kasia: [=Space] puts her on shift. [=e] makes "
                    "equal shares, [=Enter] assigns."
                ),
                goals.shared_out(40),
                N_("You and Kasia must be on shift: x. Then [=e], [=Enter]. [app.undo] undoes it."),
            ),
            LessonStep(
                N_("Show your threads: [view.filter], type “is:waiting assignee:me”, [=Enter]."),
                goals.filtered("assignee:me"),
                N_("[view.filter] opens a line below the list."),
            ),
            LessonStep(
                N_(
                    "Your shift ends: [mark.all] marks all, [thread.assign], “Piotr”, "
                    "[=Enter]; check, then [=Enter] again."
                ),
                goals.handed_over,
                N_("`carecli handover` also lists what your colleague must know."),
                follows=True,
            ),
        ),
        brand="avon",
    ),
)
