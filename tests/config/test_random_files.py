"""Whatever stands in the file: a configuration, or a ConfigError."""

from __future__ import annotations

from contextlib import suppress

from hypothesis import given
from hypothesis import strategies as st

from carecli.config import parse
from carecli.config.values import duration, duration_text
from carecli.domain.errors import ConfigError
from tests.hygiene.pages import every_key

WORDS = sorted(
    {part for key in every_key() for part in key.replace("[]", "").split(".") if part != "*"}
)
SCALARS = st.sampled_from(
    ["no", "1", "-", "", "24h", "red", "[a]", "{a: 1}", "*x", "&x 1", "!!int 1", "|", ">"]
)
LINES = st.builds(
    lambda depth, word, value: f"{'  ' * depth}{word}: {value}",
    st.integers(0, 3),
    st.sampled_from([*WORDS, "x", "- a", "?"]),
    SCALARS,
)


@given(st.lists(LINES, max_size=8).map("\n".join) | st.text(max_size=60))
def test_any_text_is_a_configuration_or_an_error(text: str) -> None:
    with suppress(ConfigError):
        assert parse(text).queue.order


@given(st.integers(0, 10**6))
def test_durations_read_back(seconds: int) -> None:
    assert duration(duration_text(seconds * 1000)) == seconds * 1000
