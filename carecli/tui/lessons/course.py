"""A learner's progress, kept between sessions."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from carecli.tui.lessons.lessons import LESSONS, Lesson


@dataclass(slots=True)
class Course:
    """`lesson` is the key of the one under way; `seconds` are by lesson, `done` are the done ones.

    `seconds` counts what was begun and not ended too. `steps` are those done, by number from 0, of
    lessons that were begun and not ended.
    """

    lesson: str = LESSONS[0].key
    done: list[str] = field(default_factory=list)
    seconds: dict[str, int] = field(default_factory=dict)
    steps: dict[str, list[int]] = field(default_factory=dict)

    @property
    def now(self) -> Lesson:
        """The lesson under way."""
        return next((one for one in LESSONS if one.key == self.lesson), LESSONS[0])

    def spend(self, seconds: int) -> None:
        """Time went by in the lesson under way."""
        self.seconds[self.lesson] = self.seconds.get(self.lesson, 0) + seconds

    def finish(self) -> None:
        """The goals of the lesson under way are met: the following one is next."""
        if self.lesson not in self.done:
            self.done.append(self.lesson)
        self.steps.pop(self.lesson, None)
        self.lesson = LESSONS[min(LESSONS.index(self.now) + 1, len(LESSONS) - 1)].key

    def tick(self, steps: Iterable[int]) -> None:
        """These steps of the lesson under way are done."""
        self.steps[self.lesson] = sorted(steps)

    @property
    def is_complete(self) -> bool:
        """Whether all lessons are done."""
        return all(one.key in self.done for one in LESSONS)
