"""The vendors that the settings name, each with its keys and its adapter."""

from collections.abc import AsyncIterator, Iterable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Literal

import httpx
from pydantic import SecretStr

from ai_router.adapters.anthropic import Anthropic
from ai_router.adapters.gemini import Gemini
from ai_router.adapters.openai import OpenAI
from ai_router.domain.ways import Key
from ai_router.ports import Vendor
from ai_router.settings import AiRouterSettings, Speaks
from chassis.http.client import vendor_client

NO_KEY = "none"
"""What is shown to a server that wants no key."""


@dataclass(frozen=True)
class Named:
    """A vendor as the settings have it. `model` in place of the policy's; empty: the policy's."""

    name: str
    speaks: Speaks
    base_url: str
    keys: tuple[Key, ...]
    model: str = ""
    auth: Literal["x-api-key", "bearer"] = "bearer"
    token_limit: Literal["max_completion_tokens", "max_tokens"] = "max_completion_tokens"  # noqa: S105
    says_cost: bool = False


def named(settings: AiRouterSettings) -> tuple[Named, ...]:
    """All vendors that have a key, or want none."""
    chosen = settings
    own = (
        Named(
            "openai", "openai", _with_version(chosen.openai_base_url, "v1"),
            _listed("openai", chosen.openai_api_keys), chosen.openai_model,
            token_limit=chosen.openai_token_limit,
        ),
        Named(
            "anthropic", "anthropic", _without_version(chosen.anthropic_base_url, "v1"),
            _listed("anthropic", chosen.anthropic_api_keys), chosen.anthropic_model,
            auth=chosen.anthropic_auth,
        ),
        Named(
            "gemini", "gemini", _without_version(chosen.gemini_base_url, "v1beta"),
            _listed("gemini", chosen.gemini_api_keys), chosen.gemini_model,
        ),
        Named(
            "openrouter", "openai", _with_version(chosen.openrouter_base_url, "api/v1"),
            _listed("openrouter", chosen.openrouter_api_keys), chosen.openrouter_model,
            token_limit="max_tokens", says_cost=True,  # noqa: S106 - no secret
        ),
    )  # fmt: skip
    others = (
        Named(
            other.name, other.speaks, other.base_url.rstrip("/"),
            _keys(other.name, [key.get_secret_value() for key in other.keys] or [NO_KEY]), other.model,
            auth=other.auth, token_limit=other.token_limit,
        )
        for other in chosen.ai_vendors
    )  # fmt: skip
    return tuple(vendor for vendor in (*own, *others) if vendor.keys)


@asynccontextmanager
async def opened(vendors: Iterable[Named], chosen: AiRouterSettings) -> AsyncIterator[dict[str, Vendor]]:
    """An adapter for each, by name."""
    async with AsyncExitStack() as stack:
        adapters = {}
        for one in vendors:
            client = await stack.enter_async_context(vendor_client(one.base_url, chosen.ai_deadline))
            adapters[one.name] = _adapter(one, client, chosen.ai_stream, chosen.ai_thinking_tokens)
        yield adapters


def _adapter(vendor: Named, client: httpx.AsyncClient, stream: bool, thinking_tokens: int) -> Vendor:
    match vendor.speaks:
        case "anthropic":
            return Anthropic(
                client, auth=vendor.auth, schema_by=_schema_by(vendor), stream=stream,
                thinking_tokens=thinking_tokens,
            )  # fmt: skip
        case "gemini":
            return Gemini(client, stream=stream, thinking_tokens=thinking_tokens)
        case "openai":
            return OpenAI(
                client, token_limit=vendor.token_limit, says_cost=vendor.says_cost, stream=stream,
                thinking_tokens=thinking_tokens,
            )  # fmt: skip


def _schema_by(vendor: Named) -> Literal["output_config", "tool"]:
    """Anthropic's newest models refuse a forced tool; compatible third parties know nothing else."""
    return "output_config" if vendor.base_url.endswith(".anthropic.com") else "tool"


def _listed(vendor: str, keys: SecretStr) -> tuple[Key, ...]:
    return _keys(vendor, [key.strip() for key in keys.get_secret_value().split(",") if key.strip()])


def _keys(vendor: str, secrets: Iterable[str]) -> tuple[Key, ...]:
    """Each once, however often it is written."""
    return tuple(Key(vendor, f"{vendor}-{n}", one) for n, one in enumerate(dict.fromkeys(secrets), 1))


def _with_version(url: str, version: str) -> str:
    """Only a bare host gets the version: others keep their own path."""
    scheme, _, rest = url.rstrip("/").partition("://")
    return f"{scheme}://{rest}" if "/" in rest else f"{scheme}://{rest}/{version}"


def _without_version(url: str, version: str) -> str:
    return url.rstrip("/").removesuffix(f"/{version}")
