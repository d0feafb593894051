"""A contest on a clock faster than time: the engine is killed, and every promise is counted."""

from __future__ import annotations

from pathlib import Path

from benchmarks import contest


def test_each_entrant_gets_one_private_message_whatever_is_killed(tmp_path: Path) -> None:
    tally = contest.run(tmp_path, 150, 100, 2)
    assert tally.kills == 2
    assert (tally.once, tally.twice, tally.never) == (tally.entrants, 0, 0)
    assert (tally.hidden, tally.hidden_wrongly) == (tally.hateful, 0)
    assert tally.most <= contest.AN_HOUR
