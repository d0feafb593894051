"""What a word and its inflected forms have in common."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from carecli.matching.stems import stems

WORDS = [
    first + middle + last
    for first in ("compr", "cancel", "respond", "defectuos", "rapid", "entreg", "reclam", "alerg")
    for middle in ("a", "i", "aba", "ilidad", "acion")
    for last in ("mente", "mos", "ndoselo", "s", "ria", "do", "ran", "")
]


@pytest.fixture
def busy_switching() -> Iterator[None]:
    """Threads take turns as often as they can."""
    usual = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(usual)


@pytest.mark.usefixtures("busy_switching")
def test_threads_that_stem_at_the_same_time_do_not_disturb_each_other() -> None:
    alone = [stems.__wrapped__(word, "es") for word in WORDS]

    def all_of_them(_: int) -> list[tuple[str, ...]]:
        return [stems.__wrapped__(word, "es") for word in WORDS]

    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(all_of_them, range(16))) == [alone] * 16
