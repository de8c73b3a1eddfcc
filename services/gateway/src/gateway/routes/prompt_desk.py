"""One purpose's prompts of one business, for whoever may look at them and change them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any, Final

from fastapi import Depends
from pydantic import Field

from chassis.http.problems import Problem
from contracts.ai import Purpose
from contracts.prompts import PromptTexts, PurposePrompts
from contracts.tenants import Language, TenantConfig
from gateway.adapters.prompts import Prompts
from gateway.adapters.tenant_records import TenantRecord
from gateway.domain.prompt_changes import DRAFT, House, NotPossible, text_of
from gateway.routes.authentication import VisibleTenant
from gateway.routes.parts import FromGateway, not_found

Named = Annotated[str, Field(max_length=20)]
"""What a version is called, or `draft`. One that is not there is a 422 problem that names those that are."""

_NOTHING_DECIDED: Final = PurposePrompts()


@dataclass(frozen=True)
class Desk:
    """What the business has decided so far, beside the house's versions. NotPossible is a 422 problem."""

    config: TenantConfig
    purpose: Purpose
    house: House
    prompts: Prompts

    @property
    def decided(self) -> PurposePrompts:
        return self.config.prompts.get(self.purpose, _NOTHING_DECIDED)

    async def change(self, change: Callable[[PurposePrompts], PurposePrompts]) -> dict[str, Any]:
        """Makes it, on what is stored by then; gives what holds now, and the configuration's version."""
        try:
            record = await self.prompts.change(self.config.id, self.purpose, change)
        except NotPossible as problem:
            raise refused(problem) from None
        if record is None:
            raise not_found()
        return {"version": record.version, **self._of(record.config).shown()}

    def shown(self) -> dict[str, Any]:
        """All but the versions."""
        decided = self.decided.model_dump(mode="json", exclude={"own"})
        return {"purpose": self.purpose, "in_force": self.decided.in_force(self.house), **decided}

    def versions(self) -> list[dict[str, Any]]:
        """The house's, then the business's own, each with its texts."""
        return [
            {"version": name, "of": of, "texts": texts.model_dump()}
            for of, known in (("house", self.house), (self.config.id, self.decided.own))
            for name, texts in known.items()
        ]

    def texts(self, version: str) -> PromptTexts:
        """Those of a version, or of the draft."""
        try:
            return text_of(self.decided, version, self.house)
        except NotPossible as problem:
            raise refused(problem) from None

    async def preview(self, version: str, language: Language | None) -> dict[str, Any]:
        """A version filled in, in the business's first language unless another is asked for."""
        instead = version == DRAFT and self.decided.draft is None
        shown = self.decided.in_force(self.house) if instead else version
        chosen = language or self.config.languages[0]
        text = await self.prompts.filled(self.config.id, self.texts(shown).in_(chosen), chosen)
        return {"version": shown, "language": chosen, "text": text}

    def _of(self, config: TenantConfig) -> "Desk":
        return Desk(config, self.purpose, self.house, self.prompts)


async def _stored(tenant: VisibleTenant, gateway: FromGateway) -> TenantRecord:
    if (record := await gateway.records.get(tenant)) is None:
        raise not_found()
    return record


async def _desk(
    record: Annotated[TenantRecord, Depends(_stored)], purpose: Purpose, gateway: FromGateway
) -> Desk:
    house = await gateway.prompts.house()
    if purpose not in house:
        raise refused(NotPossible("purpose", f"{purpose} has no prompt yet; there are {', '.join(house)}"))
    return Desk(record.config, purpose, house[purpose], gateway.prompts)


def refused(problem: NotPossible) -> Problem:
    """It is the sender's fault, and says what to do."""
    errors = [{"field": problem.field, "problem": str(problem)}]
    return Problem(422, "That cannot be done", errors=errors)


Stored = Annotated[TenantRecord, Depends(_stored)]
AtDesk = Annotated[Desk, Depends(_desk)]
