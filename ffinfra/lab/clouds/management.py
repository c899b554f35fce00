"""The management API: what was called, what goes wrong next, and what there is.

It is for tests and rehearsals on the same machine; it has no token and appears in no history.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict, ValidationError
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from ffinfra.lab.clouds.call import JsonObject
from ffinfra.lab.clouds.faults.kinds import Api
from ffinfra.lab.clouds.faults.plan import FaultPlan, Order
from ffinfra.lab.clouds.faults.scripted import ScriptedFault
from ffinfra.lab.clouds.history import Filter, History


class _Query(BaseModel):
    """The query of ``GET /history``."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    api: Api | None = None
    method: str | None = None
    path: str | None = None
    status: int | None = None
    faulty: bool | None = None


@dataclass(frozen=True, slots=True)
class Management:
    """The API over one history and one fault plan.

    Attributes:
        history: the calls so far.
        plan: the faults.
        state: tells what there is, for ``GET /state``.
    """

    history: History
    plan: FaultPlan
    state: Callable[[], Awaitable[JsonObject]]

    def app(self) -> Starlette:
        """The ASGI application."""
        return Starlette(
            routes=[
                Route("/history", self._list_history, methods=["GET"]),
                Route("/history", self._clear_history, methods=["DELETE"]),
                Route("/faults", self._list_faults, methods=["GET"]),
                Route("/faults", self._script_fault, methods=["POST"]),
                Route("/faults", self._clear_faults, methods=["DELETE"]),
                Route("/state", self._show_state, methods=["GET"]),
            ],
            exception_handlers={ValidationError: _explain},
        )

    async def _list_history(self, request: Request) -> Response:
        query = _Query.model_validate(dict(request.query_params))
        wanted = Filter(query.api, query.method, query.path, query.status, query.faulty)
        return JSONResponse({"calls": [entry.shape() for entry in self.history.entries(wanted)]})

    async def _clear_history(self, request: Request) -> Response:
        del request
        return JSONResponse({"forgotten": self.history.clear()})

    async def _list_faults(self, request: Request) -> Response:
        del request
        settings = self.plan.settings.model_dump(mode="json")
        return JSONResponse({"settings": settings, "scripted": [_shape(order) for order in self.plan.orders]})

    async def _script_fault(self, request: Request) -> Response:
        order = self.plan.script(ScriptedFault.model_validate_json(await request.body()))
        return JSONResponse(_shape(order), status_code=201)

    async def _clear_faults(self, request: Request) -> Response:
        del request
        self.plan.clear()
        return Response(status_code=204)

    async def _show_state(self, request: Request) -> Response:
        del request
        return JSONResponse(await self.state())


def _shape(order: Order) -> JsonObject:
    return {"id": order.id, "left": order.left} | order.fault.model_dump(mode="json", exclude_none=True)


async def _explain(request: Request, error: Exception) -> Response:
    """A wrong query or body: what is wrong, by field."""
    del request
    assert isinstance(error, ValidationError)
    details: object = json.loads(error.json(include_url=False, include_input=False, include_context=False))
    return JSONResponse({"wrong": details}, status_code=422)
