"""What the candidate's process is asked and answers: one JSON line each."""

from typing import Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from contracts.tenants import TenantConfig
from ops.shadow.agreement import Verdict

Need = Literal["past", "configs"]


class Question(BaseModel):
    """One turn of the live service: `events` are the one that was `handled` and what was made of it, as JSON.

    `past` are the events of the conversation before it (later ones may be among them), `configs` the
    configurations of the business by version: both are given when the candidate has said that it needs them.
    `forget`: turns were left out, so what it remembers of the conversation is not to be used.
    """

    model_config = ConfigDict(frozen=True)

    tenant: str
    conversation: str
    handled: UUID
    events: tuple[str, ...]
    past: tuple[str, ...] | None = None
    configs: dict[int, TenantConfig] | None = None
    forget: bool = False


class Answer(BaseModel):
    """The verdict; without one, what is needed first."""

    model_config = ConfigDict(frozen=True)

    verdict: Verdict | None = None
    why: tuple[str, ...] = ()
    needs: tuple[Need, ...] = ()
