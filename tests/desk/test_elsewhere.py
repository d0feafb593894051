"""Reviews and posts of others: what the platform cannot do there is refused before it is sent."""

from __future__ import annotations

import pytest

from carecli.desk.commands.preconditions import Case, check_deed, check_private_reply, check_reply
from carecli.domain.capabilities import Capabilities
from carecli.domain.errors import Refusal
from carecli.domain.model import HOUR, ContactPoint, OutboxVerb
from carecli.platforms.meta.capabilities import facebook_capabilities, instagram_capabilities
from carecli.store.situation import Situation, TargetMessage

NOW = 1_795_255_200_000
META = (facebook_capabilities({}), instagram_capabilities({}))


def case(can: Capabilities, point: ContactPoint, *, ours: bool = False) -> Case:
    at = Situation(1, 1, "fb", "b", "facebook", "Marca", point.value, True, 1, NOW - HOUR, "")
    target = TargetMessage(1, 1, None if ours else 5, NOW - HOUR, "visible", False, None, None)
    return Case(at, can, target, (), NOW)


@pytest.mark.parametrize("can", META)
@pytest.mark.parametrize("point", [ContactPoint.REVIEW, ContactPoint.MENTION])
def test_only_a_public_answer_is_offered(can: Capabilities, point: ContactPoint) -> None:
    check_reply(case(can, point))
    with pytest.raises(Refusal, match="does not accept private replies here"):
        check_private_reply(case(can, point))
    for deed in (OutboxVerb.HIDE, OutboxVerb.DELETE):
        with pytest.raises(Refusal, match="cannot hide or delete a message here"):
            check_deed(case(can, point), deed)
    check_deed(case(can, point), OutboxVerb.LIKE)
    check_deed(case(can, point, ours=True), OutboxVerb.DELETE)


@pytest.mark.parametrize("can", META)
@pytest.mark.parametrize("point", [ContactPoint.COMMENT, ContactPoint.AD_COMMENT])
def test_under_posts_of_our_own_all_of_it_is(can: Capabilities, point: ContactPoint) -> None:
    check_private_reply(case(can, point))
    for deed in (OutboxVerb.HIDE, OutboxVerb.DELETE):
        check_deed(case(can, point), deed)
