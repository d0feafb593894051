"""Posts and media behind an ad account's ads, including those in no list ("dark").

`ads_posts` is reported to miss some; an ad's creative names its post for sure. Needs `ads_read`
and the channel's option `ad_account`; spends the ad account's own quota. One post may serve many
ads. Of a dynamic creative, which may have several hidden posts, the API names one.
"""

from __future__ import annotations

from collections.abc import Set as AbstractSet

from carecli.domain.errors import PlatformError
from carecli.platforms.meta import wire
from carecli.platforms.meta.graph import Graph
from carecli.platforms.meta.wire import Node

STORY = "effective_object_story_id"
MEDIA = "effective_instagram_media_id"


async def fetch_ad_posts(
    graph: Graph, ad_account: str, field: str, fields: str, listed: AbstractSet[str]
) -> list[Node]:
    """Posts (`field` STORY) or media (MEDIA) of the account's ads that no list told of."""
    number = ad_account.removeprefix("act_")
    told: dict[str, None] = {}
    async for page in graph.pages(
        f"act_{number}/ads", fields=f"id,creative{{{field}}}", limit="100"
    ):
        for ad in page.items:
            told.setdefault(wire.ident(wire.child(ad, "creative"), field))
    missing = [
        one
        for one in told
        if one and one not in listed and not graph.unreadable.is_resting(f"ad's post {one}")
    ]
    answers = await graph.batch([f"{one}?fields={fields}" for one in missing])
    found: list[Node] = []
    for one, answer in zip(missing, answers, strict=True):
        place = f"ad's post {one}"
        if isinstance(answer, PlatformError):
            graph.unreadable.failed(place, answer)
        else:
            graph.unreadable.well(place)
            found.append(answer)
    return found
