"""The front of an API: token check, faults and history around the handlers."""

from __future__ import annotations

import sys
import time
import traceback
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, assert_never

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from ffinfra.lab.clouds.call import Answer, Call, Fate
from ffinfra.lab.clouds.faults.kinds import Api, FaultKind
from ffinfra.lab.clouds.faults.plan import FaultPlan
from ffinfra.lab.clouds.faults.scripted import ExplicitAnswer
from ffinfra.lab.clouds.history import Entry, History
from ffinfra.lab.clouds.redaction import redacted_body, redacted_query

Handler = Callable[[Call], Awaitable[Answer]]
RouteTable = Mapping[tuple[str, str], Handler]


class Manners(Protocol):
    """How an API says what is wrong."""

    def refuse(self, authorization: str | None) -> Answer | None:
        """The answer to a call with a wrong token; None if the token is right."""

    def fault(self, kind: FaultKind) -> Answer:
        """The answer that stands for a fault."""

    def failure(self, error: Exception) -> Answer | None:
        """The answer to an error that a handler raised; None if it is a bug of ours."""

    def bug(self) -> Answer:
        """The answer to a bug of ours."""

    def nowhere(self, method: str, path: str, status: int) -> Answer:
        """The answer where there is no such path (404) or no such method (405)."""


@dataclass(frozen=True, slots=True)
class Front:
    """Puts a table of handlers under a base path.

    Attributes:
        api: which stand-in this is.
        base: the path before all routes, such as ``/v1``.
        manners: how it says what is wrong.
        plan: which faults strike.
        history: where calls are noted.
        clock: tells the time of a call.
    """

    api: Api
    base: str
    manners: Manners
    plan: FaultPlan
    history: History
    clock: Callable[[], datetime]

    def app(self, routes: RouteTable) -> Starlette:
        """The ASGI application."""
        table = [
            Route(self.base + path, self._endpoint(handler), methods=[method])
            for (method, path), handler in routes.items()
        ]
        return Starlette(routes=table, exception_handlers={HTTPException: self._nowhere})

    def _endpoint(self, handler: Handler) -> Callable[[Request], Awaitable[Response]]:
        async def endpoint(request: Request) -> Response:
            return await self._handled(request, handler)

        return endpoint

    async def _nowhere(self, request: Request, error: Exception) -> Response:
        status = error.status_code if isinstance(error, HTTPException) else 404

        async def handler(call: Call) -> Answer:
            return self.manners.nowhere(call.method, call.path, status)

        return await self._handled(request, handler)

    async def _handled(self, request: Request, handler: Handler) -> Response:
        arrived, started = self.clock(), time.monotonic()
        call = Call(
            method=request.method,
            path=request.url.path.removeprefix(self.base),
            params={name: str(value) for name, value in request.path_params.items()},
            query=tuple(request.query_params.multi_items()),
            body=await request.body(),
        )
        answer, fault = await self._answered(call, handler, request.headers.get("authorization"))
        self.history.add(
            Entry(
                number=self.history.number(),
                time=arrived.isoformat(timespec="milliseconds"),
                api=self.api,
                method=call.method,
                path=call.path,
                query=redacted_query(call.query),
                body=redacted_body(call.body),
                status=answer.status,
                fault=fault,
                milliseconds=round((time.monotonic() - started) * 1000),
            )
        )
        if answer.body is None:
            return Response(status_code=answer.status, headers=dict(answer.headers))
        return JSONResponse(answer.body, status_code=answer.status, headers=dict(answer.headers))

    async def _answered(
        self, call: Call, handler: Handler, authorization: str | None
    ) -> tuple[Answer, str | None]:
        refusal = self.manners.refuse(authorization)
        if refusal is not None:
            return refusal, None
        match self.plan.next(self.api, call.method, call.path):
            case None:
                return await self._run(call, handler), None
            case ExplicitAnswer() as scripted:
                return Answer(scripted.status, scripted.body, scripted.headers), "scripted_answer"
            case FaultKind() as kind:
                return await self._struck(kind, call, handler), kind.value
            case unexpected:
                assert_never(unexpected)

    async def _struck(self, kind: FaultKind, call: Call, handler: Handler) -> Answer:
        match kind:
            case FaultKind.SLOW_ACTION:
                return await self._run(_with_fate(call, Fate.SLOW), handler)
            case FaultKind.FAILING_ACTION:
                return await self._run(_with_fate(call, Fate.FAIL), handler)
            case FaultKind.LOST_ANSWER:
                await self._run(call, handler)
                return self.manners.fault(kind)
            case _:
                return self.manners.fault(kind)

    async def _run(self, call: Call, handler: Handler) -> Answer:
        try:
            return await handler(call)
        except Exception as error:  # noqa: BLE001 - whatever a handler raises becomes an answer
            answer = self.manners.failure(error)
            if answer is not None:
                return answer
            traceback.print_exc(file=sys.stderr)
            return self.manners.bug()


def _with_fate(call: Call, fate: Fate) -> Call:
    return Call(call.method, call.path, call.params, call.query, call.body, fate)
