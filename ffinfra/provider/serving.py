"""The process side of a provider: the gRPC server, its threads, and errors that a person can read.

The SDK's own server (pulumi.provider.experimental.server, 3.259) tells an exception as
``Unexpected <class ...>: ...``, runs six threads on two cores and stumbles over the answer to DiffConfig.
"""

from __future__ import annotations

import asyncio
import signal
import sys
import traceback
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final, Protocol

import grpc  # type: ignore[import-untyped]
import grpc.aio  # type: ignore[import-untyped]
from pulumi.provider.experimental import provider as protocol
from pulumi.provider.experimental.property_value import PropertyValue
from pulumi.provider.experimental.server import ProviderServicer
from pulumi.runtime.proto import provider_pb2, provider_pb2_grpc, status_pb2

from ffinfra.problems import InvalidInputError, OperationalError
from ffinfra.provider.properties import to_engine
from ffinfra.provider.resource_type import PartiallyCreatedError

THREADS: Final = 64
"""Verbs that may wait side by side; the engine asks for 4 times the cores, or what ``--parallel`` says."""

_UNLIMITED: Final = [("grpc.max_receive_message_length", -1), ("grpc.max_send_message_length", -1)]


def serve(provider: protocol.Provider, name: str, version: str) -> None:
    """Print the port and answer until the engine ends the process; its address is the first argument.

    The engine sends SIGINT and waits five seconds before it kills (plugin.Close of its sdk/go/common).
    """
    engine_address = next((argument for argument in sys.argv[1:] if not argument.startswith("-")), "")
    asyncio.run(_serve(provider, name, version, engine_address))


async def _serve(provider: protocol.Provider, name: str, version: str, engine_address: str) -> None:
    asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(THREADS, thread_name_prefix=name))
    server = grpc.aio.server(options=_UNLIMITED, interceptors=[_ErrorTeller(name)])
    servicer = _Servicer(sys.argv[1:], version, provider, engine_address=engine_address)
    provider_pb2_grpc.add_ResourceProviderServicer_to_server(servicer, server)
    port = server.add_insecure_port("127.0.0.1:0")
    ended = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        # A handler of the loop wakes it whichever thread the signal reaches.
        asyncio.get_running_loop().add_signal_handler(number, ended.set)
    await server.start()
    print(port, flush=True)
    await ended.wait()
    await server.stop(grace=None)


class _Servicer(ProviderServicer):
    """The SDK's, with answers to DiffConfig and Read that the engine understands."""

    async def Read(  # noqa: N802  (the protocol's name)
        self, request: provider_pb2.ReadRequest, context: object
    ) -> provider_pb2.ReadResponse:
        """An answer with properties, be they none, tells the engine that there is something to import."""
        answer: provider_pb2.ReadResponse = await super().Read(request, context)  # type: ignore[no-untyped-call]
        return answer if answer.id else provider_pb2.ReadResponse()

    async def DiffConfig(  # noqa: N802  (the protocol's name)
        self, request: provider_pb2.DiffRequest, context: object
    ) -> provider_pb2.DiffResponse:
        del context
        answer = await self._provider.diff_config(
            protocol.DiffRequest(
                request.urn,
                request.id,
                PropertyValue.unmarshal_map(request.olds),
                PropertyValue.unmarshal_map(request.news),
                list(request.ignoreChanges),
            )
        )
        some = provider_pb2.DiffResponse.DIFF_SOME
        return provider_pb2.DiffResponse(
            changes=some if answer.changes else provider_pb2.DiffResponse.DIFF_NONE, diffs=answer.diffs
        )


class _Context(Protocol):
    async def abort_with_status(self, status: object) -> None: ...


@dataclass(frozen=True)
class _Status(grpc.Status):  # type: ignore[misc]
    code: grpc.StatusCode
    details: str
    trailing_metadata: tuple[tuple[str, bytes], ...] = ()


class _ErrorTeller(grpc.aio.ServerInterceptor):  # type: ignore[misc]
    """Turns what a verb raises into a status with a short text."""

    def __init__(self, plugin_name: str) -> None:
        self._plugin_name = plugin_name

    async def intercept_service(
        self,
        continuation: Callable[[grpc.HandlerCallDetails], Awaitable[grpc.RpcMethodHandler]],
        handler_call_details: grpc.HandlerCallDetails,
    ) -> grpc.RpcMethodHandler:
        """Wrap one handler; all of the protocol's are unary except List, which nobody calls."""
        handler = await continuation(handler_call_details)
        if handler is None or handler.unary_unary is None:
            return handler

        async def told(request: object, context: _Context) -> object:
            try:
                return await handler.unary_unary(request, context)
            except grpc.aio.AbortError:
                raise
            except Exception as error:
                await context.abort_with_status(status_of(error, self._plugin_name))
                raise

        return grpc.unary_unary_rpc_method_handler(
            told,
            request_deserializer=handler.request_deserializer,
            response_serializer=handler.response_serializer,
        )


def status_of(error: Exception, plugin_name: str) -> grpc.Status:
    """The status that tells the engine of an error.

    People's mistakes and a failing world are told by their own text. Anything else is a bug of ours, which is
    said, and its traceback goes to stderr, where the engine shows it.
    """
    if isinstance(error, PartiallyCreatedError):
        return _partially_created(error)
    if isinstance(error, NotImplementedError):
        return _Status(grpc.StatusCode.UNIMPLEMENTED, f"{plugin_name} does not offer this: {error}")
    if isinstance(error, InvalidInputError | OperationalError):
        return _Status(grpc.StatusCode.UNKNOWN, str(error))
    traceback.print_exception(error, file=sys.stderr)
    return _Status(
        grpc.StatusCode.UNKNOWN, f"a bug in the plugin {plugin_name}: {type(error).__name__}: {error}"
    )


def _partially_created(error: PartiallyCreatedError) -> grpc.Status:
    status = status_pb2.Status(code=grpc.StatusCode.UNKNOWN.value[0], message=error.reason)
    status.details.add().Pack(
        provider_pb2.ErrorResourceInitFailed(
            id=error.id,
            properties=PropertyValue.marshal_map(to_engine(error.outputs)),
            inputs=PropertyValue.marshal_map(to_engine(error.inputs)),
            reasons=[error.reason],
        )
    )
    metadata = (("grpc-status-details-bin", status.SerializeToString()),)
    return _Status(grpc.StatusCode.UNKNOWN, error.reason, metadata)
