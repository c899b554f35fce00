"""What the commands about hosts print with ``--json``."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from ffinfra.hosts.firmware_losses import Loss, LossKind
from ffinfra.hosts.site_conf import SiteConfCheck
from ffinfra.kernels.state import KernelState, KernelVerdict


class _Form(BaseModel):
    model_config = ConfigDict(frozen=True, populate_by_name=True)


class SiteConfForm(_Form):
    """``ffinfra site-conf --json``."""

    schema_name: Literal["ffinfra.site-conf/1"] = Field(default="ffinfra.site-conf/1", alias="schema")
    mesh_vpn: str
    """The part of a site.conf, as Lua."""


class LossForm(_Form):
    """What nodes in the field would lose."""

    kind: LossKind
    peer: str
    """The peer's name in the site.conf; empty where all are concerned."""
    what: str
    way_out: str

    @classmethod
    def of(cls, loss: Loss) -> LossForm:
        """From the comparison."""
        return cls(kind=loss.kind, peer=loss.peer, what=loss.what, way_out=loss.way_out)


class SiteConfCheckForm(_Form):
    """``ffinfra site-conf --check FILE --json``."""

    schema_name: Literal["ffinfra.site-conf-check/1"] = Field(
        default="ffinfra.site-conf-check/1", alias="schema"
    )
    losses: tuple[LossForm, ...]
    untold: tuple[str, ...]
    """Supernodes that the firmware does not know."""

    @classmethod
    def of(cls, check: SiteConfCheck) -> SiteConfCheckForm:
        """From the comparison."""
        return cls(losses=tuple(LossForm.of(loss) for loss in check.losses), untold=check.untold)


class KernelStateForm(_Form):
    """A machine's kernels."""

    machine: str
    pinned: str
    running: str
    installed: str
    """The release that the pinned package boots."""
    version: str
    """The installed package's version."""
    verdict: KernelVerdict
    reason: str

    @classmethod
    def of(cls, state: KernelState) -> KernelStateForm:
        """From the state."""
        return cls(
            machine=state.machine,
            pinned=state.pinned,
            running=state.running,
            installed=state.installed,
            version=state.version,
            verdict=state.verdict,
            reason=state.reason,
        )


class KernelStatusForm(_Form):
    """``ffinfra kernel status --json``."""

    schema_name: Literal["ffinfra.kernel-status/1"] = Field(default="ffinfra.kernel-status/1", alias="schema")
    machines: tuple[KernelStateForm, ...]


class KernelRollForm(_Form):
    """``ffinfra kernel roll --json``."""

    schema_name: Literal["ffinfra.kernel-roll/1"] = Field(default="ffinfra.kernel-roll/1", alias="schema")
    rebooted: tuple[str, ...]
    """In this order."""
    passed_over: tuple[KernelStateForm, ...]
    """Machines that are not as declared and that no reboot mends."""
