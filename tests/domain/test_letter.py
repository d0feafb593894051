"""The letter that asks a team carries the addresses it goes to, and gives them back."""

from __future__ import annotations

import pytest

from carecli.domain.letter import split_letter, with_recipients


@pytest.mark.parametrize("to", [(), ("a@x.test",), ("a@x.test", "b@x.test")])
def test_what_is_put_together_is_parted_again(to: tuple[str, ...]) -> None:
    assert split_letter(with_recipients("[carecli 7K3F-9Q2M] Where?\ntext", to)) == (
        to,
        "[carecli 7K3F-9Q2M] Where?\ntext",
    )
