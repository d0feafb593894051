"""`/practice/...`: routes to inspect and control the platform.

| route | what |
|---|---|
| GET /practice/health | `{"ok": true, "now": ms}` |
| GET /practice | the scenario: channels (ids, tokens), the contest's post, counts, pace, now |
| GET /practice/received?since=N | the writes after number N, in order, with their results |
| GET /practice/calls | counts of all calls, e.g. `{"GET comments": 12}` |
| GET /practice/waiting | unanswered threads: `{"waiting": [{thread, account, point, since}]}` |
| GET, POST, DELETE /practice/faults | list, add `{kind, times, ...}` or `{usage, minutes}`, clear |
| POST /practice/tick `{ms}` | move the clock; people do what is due |
| POST /practice/life `{pace}` | 0 stops people, 1 is an ordinary day |
| GET, POST, DELETE /practice/webhooks | list, begin `{url, secret, verify_token}`, end |
| POST /practice/act `{act, ...}` | do one action of a person now; see `carecli.practice.acts` |

With webhooks every account is subscribed to every field, unless `{"subscribe": false}` is given.
"""

from __future__ import annotations

import json
from typing import Any

import httpx
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from carecli.practice.activity import PracticeActivity
from carecli.practice.acts import act
from carecli.practice.faults import Faults
from carecli.practice.graph.call import APP_TOKEN, SYSTEM_TOKEN, USER_TOKEN
from carecli.practice.graph.facebook import subscribe_all
from carecli.practice.request_log import RequestLog
from carecli.practice.scenario import Town
from carecli.practice.unanswered import waiting
from carecli.practice.webhooks import WebhookPusher


def control_routes(
    town: Town, life: PracticeActivity, faults: Faults, ledger: RequestLog
) -> list[Route]:
    """The routes under `/practice`."""
    world = town.world

    async def health(_request: Request) -> JSONResponse:
        return JSONResponse({"ok": True, "now": world.clock()})

    async def about(_request: Request) -> JSONResponse:
        return JSONResponse(
            {
                "scenario": town.scenario,
                "seed": town.seed,
                "now": world.clock(),
                "pace": life.pace,
                "user_token": USER_TOKEN,
                "system_token": SYSTEM_TOKEN,
                "app_token": APP_TOKEN,
                "waiting": len(waiting(world)),
                "contest": town.contest.id if town.contest is not None else "",
                "channels": [
                    {
                        "key": account.key,
                        "brand": account.brand,
                        "platform": account.platform,
                        "title": account.title,
                        "account": account.id,
                        "page": account.page.id,
                        "token": account.page.token,
                        "posts": len(account.posts),
                        "comments": sum(len(post.stream) for post in account.posts),
                        "conversations": len(account.conversations),
                    }
                    for account in world.accounts.values()
                ],
            }
        )

    async def received(request: Request) -> JSONResponse:
        since = int(request.query_params.get("since", "0"))
        return JSONResponse({"received": ledger.as_json(since)})

    async def calls(_request: Request) -> JSONResponse:
        return JSONResponse({"calls": dict(ledger.counts)})

    async def list_waiting(_request: Request) -> JSONResponse:
        return JSONResponse({"waiting": waiting(world)})

    async def fault(request: Request) -> JSONResponse:
        if request.method == "DELETE":
            faults.clear()
        elif request.method == "POST":
            body = await _object(request)
            if "usage" in body:
                faults.usage = body["usage"]
                faults.regain_minutes = body.get("minutes", 0)
            else:
                try:
                    faults.fail(**body)
                except (TypeError, ValueError) as error:
                    return _wrong(error)
        return JSONResponse({"faults": faults.as_json(), "usage": faults.usage})

    async def tick(request: Request) -> JSONResponse:
        body = await _object(request)
        try:
            return JSONResponse({"now": life.tick(int(body.get("ms", 0))), "done": life.done})
        except (TypeError, ValueError) as error:
            return _wrong(error)

    async def pace(request: Request) -> JSONResponse:
        body = await _object(request)
        life.pace = float(body.get("pace", life.pace))
        return JSONResponse({"pace": life.pace})

    async def do_act(request: Request) -> JSONResponse:
        try:
            return JSONResponse(act(world, await _object(request)))
        except (KeyError, TypeError, ValueError) as error:
            return _wrong(error)

    pushers: list[WebhookPusher] = []

    async def webhooks(request: Request) -> JSONResponse:
        if request.method == "DELETE":
            while pushers:
                pushers.pop().end()
        elif request.method == "POST":
            body = await _object(request)
            try:
                pusher = WebhookPusher(world, body["url"], body["secret"], body["verify_token"])
                if body.get("subscribe", True):
                    subscribe_all(world)
                if not await pusher.begin():
                    return JSONResponse({"wrong": "the address refused the handshake"}, 422)
            except (KeyError, httpx.HTTPError) as error:
                return _wrong(error)
            pushers.append(pusher)
        return JSONResponse(
            {
                "webhooks": [
                    {"url": pusher_.url, "sent": pusher_.sent, "refused": pusher_.refused}
                    for pusher_ in pushers
                ]
            }
        )

    return [
        Route("/practice", about),
        Route("/practice/webhooks", webhooks, methods=["GET", "POST", "DELETE"]),
        Route("/practice/health", health),
        Route("/practice/received", received),
        Route("/practice/calls", calls),
        Route("/practice/waiting", list_waiting),
        Route("/practice/faults", fault, methods=["GET", "POST", "DELETE"]),
        Route("/practice/tick", tick, methods=["POST"]),
        Route("/practice/life", pace, methods=["POST"]),
        Route("/practice/act", do_act, methods=["POST"]),
    ]


async def _object(request: Request) -> dict[str, Any]:
    value = json.loads(await request.body() or b"{}")
    return value if isinstance(value, dict) else {}


def _wrong(error: Exception) -> JSONResponse:
    return JSONResponse({"wrong": f"{type(error).__name__}: {error}"}, 422)
