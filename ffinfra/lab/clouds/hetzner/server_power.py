"""Starting and stopping servers."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

from ffinfra.lab.clouds.call import Answer, Call, Fate
from ffinfra.lab.clouds.hetzner.actions import Action, Work
from ffinfra.lab.clouds.hetzner.errors import locked, refused
from ffinfra.lab.clouds.hetzner.server_machines import machine_of
from ffinfra.lab.clouds.hetzner.servers import Server, ServerStatus

if TYPE_CHECKING:
    from ffinfra.lab.clouds.hetzner.cloud import HetznerCloud

_BUSY = frozenset(
    {
        "create_server",
        "start_server",
        "stop_server",
        "shutdown_server",
        "reboot_server",
        "reset_server",
        "change_server_type",
        "rebuild_server",
        "attach_to_network",
        "detach_from_network",
        "change_alias_ips",
        "enable_backup",
        "disable_backup",
    }
)
"""While one of these runs, the server is ``locked`` for the others."""


def idle_server(cloud: HetznerCloud, call: Call) -> Server:
    """The server of a call, if nothing is being done to it.

    Raises:
        HetznerError: ``not_found`` or ``locked``.
    """
    server = cloud.servers.get(call.params["id"])
    if cloud.actions.running(server.target, _BUSY):
        raise locked("server")
    return server


async def start_server(cloud: HetznerCloud, number: int, *, after: Action) -> Action:
    """The action that starts a server once another action is done."""
    target = cloud.servers.get(number).target
    return await cloud.actions.start("start_server", [target], work=_on(cloud, number), after=after)


async def turn_on(cloud: HetznerCloud, number: int) -> None:
    """Start a server's machine, the first time from its image; a server that runs is left alone."""
    server = cloud.servers.find(number)
    if server is None or server.status is ServerStatus.RUNNING:
        return
    machine = machine_of(cloud, server)
    await (cloud.machines.power_on(machine) if server.booted else cloud.machines.boot(machine))
    _set(cloud, number, ServerStatus.RUNNING, booted=True)


async def turn_off(cloud: HetznerCloud, number: int) -> None:
    """Stop a server's machine; a server that is off is left alone."""
    server = cloud.servers.find(number)
    if server is None or server.status is not ServerStatus.RUNNING:
        return
    await cloud.machines.power_off(machine_of(cloud, server))
    _set(cloud, number, ServerStatus.OFF, booted=True)


async def power_on(cloud: HetznerCloud, call: Call) -> Answer:
    """POST /servers/{id}/actions/poweron; refused for a server without any network."""
    server = idle_server(cloud, call)
    if not server.private and not any(ip.server == server.id for ip in cloud.primary_ips):
        raise refused("server_has_no_network", "a server without any network interface cannot be powered on")
    return await _power(cloud, call, server, "start_server", _on(cloud, server.id))


async def power_off(cloud: HetznerCloud, call: Call) -> Answer:
    """POST /servers/{id}/actions/poweroff: the plug is pulled."""
    server = idle_server(cloud, call)
    return await _power(cloud, call, server, "stop_server", lambda: turn_off(cloud, server.id))


async def shutdown(cloud: HetznerCloud, call: Call) -> Answer:
    """POST /servers/{id}/actions/shutdown: the action ends when the guest was told, not when it is off."""
    server = idle_server(cloud, call)

    async def later() -> None:
        await asyncio.sleep(cloud.settings.shutdown_seconds)
        await turn_off(cloud, server.id)

    if call.fate is not Fate.FAIL:
        cloud.in_background(later())
    return await _power(cloud, call, server, "shutdown_server", None)


async def reboot(cloud: HetznerCloud, call: Call) -> Answer:
    """POST /servers/{id}/actions/reboot."""
    server = idle_server(cloud, call)
    return await _power(cloud, call, server, "reboot_server", _cycle(cloud, server))


async def reset(cloud: HetznerCloud, call: Call) -> Answer:
    """POST /servers/{id}/actions/reset."""
    server = idle_server(cloud, call)
    return await _power(cloud, call, server, "reset_server", _cycle(cloud, server))


async def _power(cloud: HetznerCloud, call: Call, server: Server, command: str, work: Work | None) -> Answer:
    action = await cloud.actions.start(command, [server.target], work=work, fate=call.fate)
    return Answer(201, {"action": action.shape()})


def _on(cloud: HetznerCloud, number: int) -> Work:
    return lambda: turn_on(cloud, number)


def _cycle(cloud: HetznerCloud, server: Server) -> Work:
    async def cycle() -> None:
        if server.status is ServerStatus.RUNNING:
            await turn_off(cloud, server.id)
            await turn_on(cloud, server.id)

    return cycle


def _set(cloud: HetznerCloud, number: int, status: ServerStatus, *, booted: bool) -> None:
    """Note a machine's state, unless the server was deleted meanwhile."""
    server = cloud.servers.find(number)
    if server is not None:
        cloud.servers.put(replace(server, status=status, booted=booted))
