"""Numbers and spans as the three languages write them."""

from __future__ import annotations

import pytest

from carecli.domain import figures
from carecli.domain.model import DAY, HOUR, MINUTE, SECOND
from carecli.i18n import language, speaking


@pytest.mark.parametrize(
    ("spoken", "said"),
    [("en", "1,234.5"), ("pl", "1\u00a0234,5"), ("es", "1,234.5")],
)
def test_a_decimal_has_the_signs_of_its_language(spoken: str, said: str) -> None:
    with speaking(spoken):
        assert figures.decimal(1234.5) == said
        assert figures.decimal(-1234.5) == f"−{said}"
    assert figures.decimal(-0.01) == "0.0", "nothing has no sign"


@pytest.mark.parametrize(
    ("share", "said"),
    [
        (0.0, "0%"), (1.0, "100%"), (0.934, "93%"), (0.997, "99.7%"), (0.003, "0.3%"),
        (0.99999, "99.99%"), (0.000001, "0.01%"),
    ],
)  # fmt: skip
def test_a_share_says_all_or_nothing_only_where_it_is(share: float, said: str) -> None:
    assert figures.exact_percent(share) == said


@pytest.mark.parametrize(
    ("length", "said"),
    [
        (0, "0 s"), (59 * SECOND, "59 s"), (HOUR, "1 h"), (HOUR + 48 * MINUTE, "1 h 48 min"),
        (26 * HOUR, "26 h"), (2 * DAY + 3 * HOUR, "2 d 3 h"), (3 * DAY, "3 d"),
    ],
)  # fmt: skip
def test_a_span_has_two_units_at_most(length: int, said: str) -> None:
    assert figures.exact_span(length) == said


def test_another_language_is_spoken_for_a_while_only() -> None:
    before = language()
    with speaking("pl"):
        assert language() == "pl"
        with speaking("es"):
            assert language() == "es"
        assert language() == "pl"
    assert language() == before
