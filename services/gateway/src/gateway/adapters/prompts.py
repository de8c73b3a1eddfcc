"""The prompts of businesses: what the conversation service has, and what each business has decided."""

from collections.abc import Callable, Mapping
from typing import Final

from pydantic import TypeAdapter

from contracts.ai import Purpose
from contracts.prompts import PromptTexts, PurposePrompts
from contracts.tenants import Language, TenantConfig
from gateway.adapters.internal_reads import InternalReads
from gateway.adapters.tenant_records import TenantRecord
from gateway.adapters.tenant_register import TenantRegister

House = dict[Purpose, dict[str, PromptTexts]]
Change = Callable[[PurposePrompts], PurposePrompts]

_HOUSE: Final = TypeAdapter(House)
_FILL_SECONDS: Final = 5.0


class Prompts:
    """Reads of the conversation service raise TransientError while it is away."""

    def __init__(self, conversations: InternalReads, register: TenantRegister) -> None:
        self._conversations = conversations
        self._register = register

    async def house(self) -> House:
        """The house's versions."""
        return _HOUSE.validate_python(await self._conversations.get("/internal/prompts"))

    async def filled(self, tenant: str, text: str, language: Language) -> str:
        """What an AI would be told now."""
        path, wish = f"/internal/tenants/{tenant}/prompts/filled", {"text": text, "language": language}
        return str((await self._conversations.post(path, wish, within=_FILL_SECONDS))["text"])

    async def change(self, tenant: str, purpose: Purpose, change: Change) -> TenantRecord | None:
        """Changes what a business has decided, as a new version of its configuration.

        None where there is no such business. `change` is applied to what is stored at that moment, so that of
        two changes none is lost. Raises what `change` raises, StoreUnavailable and BrokerUnavailable.
        """

        def changed(config: TenantConfig) -> TenantConfig:
            return config.model_copy(update={"prompts": _changed(config.prompts, purpose, change)})

        return await self._register.change(tenant, changed)


def _changed(
    prompts: Mapping[Purpose, PurposePrompts], purpose: Purpose, change: Change
) -> dict[Purpose, PurposePrompts]:
    return {**prompts, purpose: change(prompts.get(purpose, PurposePrompts()))}
