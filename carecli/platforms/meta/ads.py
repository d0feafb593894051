"""Posts and media behind an ad account's ads, including those in no list ("dark").

The edge `ads_posts` is reported to miss some; an ad's creative always names its post. Needs
`ads_read` and the channel's option `ad_account`; uses the ad account's own quota. One post may
serve many ads. Of a dynamic creative, which may have several hidden posts, the API names one.
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
    """Posts (`field` STORY) or media (MEDIA) of the account's ads that are in no list."""
    number = ad_account.removeprefix("act_")
    ids: dict[str, None] = {}
    async for page in graph.pages(
        f"act_{number}/ads", fields=f"id,creative{{{field}}}", limit="100"
    ):
        for ad in page.items:
            ids.setdefault(wire.ident(wire.child(ad, "creative"), field))
    missing = [
        post_id
        for post_id in ids
        if post_id
        and post_id not in listed
        and not graph.unreadable.is_resting(f"ad's post {post_id}")
    ]
    results = await graph.batch([f"{post_id}?fields={fields}" for post_id in missing])
    nodes: list[Node] = []
    for post_id, result in zip(missing, results, strict=True):
        place = f"ad's post {post_id}"
        if isinstance(result, PlatformError):
            graph.unreadable.record_failure(place, result)
        else:
            graph.unreadable.recovered(place)
            nodes.append(result)
    return nodes
