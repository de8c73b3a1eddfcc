"""What the parent and the process that decides tell each other: JSON, one line each."""

from pathlib import Path

from pydantic import BaseModel

from contracts.completions import CompletionFailed, CompletionGenerated
from contracts.tenants import TenantConfig
from ops.replay.history import History
from ops.replay.turns import Recorded, Replayed

Configs = dict[str, dict[int, TenantConfig]]
"""By business and version."""


class Setup(BaseModel):
    """The first line. `config` replaces all others; `prompts` is a folder; `asks`: questions are answered.

    A decision that takes longer than `within` seconds hangs.
    """

    configs: Configs
    config: TenantConfig | None = None
    prompts: Path | None = None
    asks: bool = False
    within: float = 30.0


class Ready(BaseModel):
    """The answer to it: whose code decides."""

    code: str


class Talk(BaseModel):
    """One conversation to replay."""

    tenant: str
    conversation: str
    events: tuple[Recorded, ...]
    complete: bool

    @classmethod
    def of(cls, history: History) -> "Talk":
        return cls.model_construct(
            tenant=history.tenant, conversation=history.conversation, events=history.events,
            complete=history.complete,
        )  # fmt: skip

    def history(self, configs: Configs) -> History:
        known = configs.get(self.tenant, {})
        return History(self.tenant, self.conversation, self.events, known, self.complete)


class Reply(BaseModel):
    """From the process that decides: what came of a conversation, or a question about it.

    `refused` lists what it tried to reach.
    """

    replayed: Replayed | None = None
    asked: Recorded | None = None
    refused: tuple[str, ...] = ()


class Answered(BaseModel):
    """The parent's answer to a question."""

    answer: CompletionGenerated | CompletionFailed | None
