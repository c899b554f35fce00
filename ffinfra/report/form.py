"""What all forms of ``--json`` share."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Form(BaseModel):
    """What all forms share: they do not change, and fields are given by name or alias."""

    model_config = ConfigDict(frozen=True, populate_by_name=True, defer_build=True)
