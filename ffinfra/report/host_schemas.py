"""What the commands about hosts print with ``--json``."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from ffinfra.hosts.site_conf import Loss, LossKind, SiteConfCheck


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
