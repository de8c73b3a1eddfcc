"""Settings of the AI router, beside those that every service has."""

from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, Json, SecretStr, model_validator

from chassis.resilience.circuit_breaker import Limits
from chassis.settings import ServiceSettings
from contracts.model import Slug

Speaks = Literal["openai", "anthropic", "gemini"]
Seconds = Annotated[float, Field(gt=0, le=600)]
Part = Annotated[float, Field(gt=0, le=1)]

KEYS = Field(SecretStr(""), description="keys, separated by commas; empty: this vendor is not asked")
MODEL = Field("", description="one model in place of those that the policy names; empty: the policy's")


class OtherVendor(BaseModel):
    """A server that speaks a vendor's language: Groq, vLLM, Ollama, …. Without `keys` it wants none."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    name: Slug
    speaks: Speaks = "openai"
    base_url: str
    model: str
    keys: tuple[SecretStr, ...] = ()
    auth: Literal["x-api-key", "bearer"] = "bearer"
    token_limit: Literal["max_completion_tokens", "max_tokens"] = "max_tokens"  # noqa: S105 - no secret


class AiRouterSettings(ServiceSettings):
    """Which AI vendors, with which keys, and how long to wait for them."""

    http_port: Annotated[int, Field(ge=0, le=65535)] = 8002
    prefetch: Annotated[int, Field(ge=1, le=1000)] = Field(
        250, description="questions in hand at the same time, those included that wait for their turn"
    )

    openai_api_keys: SecretStr = KEYS
    anthropic_api_keys: SecretStr = KEYS
    gemini_api_keys: SecretStr = KEYS
    openrouter_api_keys: SecretStr = KEYS
    openai_base_url: str = Field(
        "https://api.openai.com/v1", description="with the version; a bare host means its /v1"
    )
    anthropic_base_url: str = Field(
        "https://api.anthropic.com", description="without the version; a compatible third party's will do"
    )
    gemini_base_url: str = Field(
        "https://generativelanguage.googleapis.com", description="without the version"
    )
    openrouter_base_url: str = Field(
        "https://openrouter.ai/api/v1", description="with the version; a bare host means its /api/v1"
    )
    openai_model: str = MODEL
    anthropic_model: str = MODEL
    gemini_model: str = MODEL
    openrouter_model: str = MODEL
    openai_token_limit: Literal["max_completion_tokens", "max_tokens"] = Field(
        "max_completion_tokens", description="how the vendor calls the limit of an answer's length"
    )
    anthropic_auth: Literal["x-api-key", "bearer"] = Field(
        "x-api-key", description="how the key is shown; compatible third parties want bearer"
    )
    ai_vendors: Json[tuple[OtherVendor, ...]] = Field(
        "[]",  # type: ignore[arg-type]  # a default is read as the environment is
        description="more servers that speak a vendor's language, as a JSON list",
    )

    ai_deadline: Seconds = Field(30.0, description="seconds for one question, all attempts together")
    ai_attempt_seconds: Seconds = Field(12.0, description="seconds for one attempt")
    ai_stream: bool = Field(
        False, description="have answers streamed, which shows sooner that one is cut off"
    )
    ai_thinking_tokens: Annotated[int, Field(ge=0, le=100_000)] = Field(
        1000, description="added to an answer's limit for models that think before they write"
    )
    ai_hedge: bool = Field(
        False, description="ask a second model as well when the first takes longer than 19 of 20 answers"
    )
    ai_concurrency: Annotated[int, Field(ge=1, le=10_000)] = Field(
        100, description="questions asked at the same time by one replica"
    )
    ai_breaker_failures: Annotated[int, Field(ge=1, le=1000)] = Field(
        5, description="failures in a row that open a circuit"
    )
    ai_breaker_seconds: Seconds = Field(
        60.0, description="seconds a circuit stays open before one call probes"
    )
    ai_breaker_window: Seconds = Field(60.0, description="seconds that its rates look back")
    ai_breaker_rate: Part = Field(0.5, description="part of failed calls that opens a circuit")
    ai_breaker_slow_seconds: Seconds = Field(10.0, description="a call is slow from so many seconds on")
    ai_breaker_slow_rate: Part = Field(0.8, description="part of slow calls that opens a circuit")
    ai_cheaper_after: Annotated[float, Field(ge=0)] = Field(
        10.0, description="a question as old as this, in seconds, is answered by the smallest tier"
    )
    ai_rules_after: Annotated[float, Field(gt=0)] = Field(
        25.0, description="one as old as this is answered by rules"
    )
    ai_cache_seconds: Annotated[int, Field(ge=0)] = Field(
        86_400, description="seconds an answer is kept for the same question; 0: none is"
    )
    ai_prices: Path | None = Field(None, description="file that adds to Bellhop's table of models and prices")

    def production_faults(self) -> list[str]:
        """The sandbox's keys, beside what every service refuses."""
        asked = [name for name in OWN if "sandbox-" in getattr(self, f"{name}_api_keys").get_secret_value()]
        return super().production_faults() + [
            f"BELLHOP_{name.upper()}_API_KEYS holds keys of the sandbox: production asks real vendors alone"
            for name in asked
        ]

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.ai_rules_after <= self.ai_cheaper_after:
            raise ValueError(
                "BELLHOP_AI_RULES_AFTER must be longer than BELLHOP_AI_CHEAPER_AFTER: a cheaper model is"
                " tried first"
            )
        names = [other.name for other in self.ai_vendors]
        if twice := {name for name in names if names.count(name) > 1 or name in OWN}:
            raise ValueError(f"BELLHOP_AI_VENDORS: give another name to {', '.join(sorted(twice))}")
        return self


def circuit_limits(chosen: AiRouterSettings) -> Limits:
    """When circuits open and close."""
    return Limits(
        failures=chosen.ai_breaker_failures, window_seconds=chosen.ai_breaker_window,
        failure_rate=chosen.ai_breaker_rate, slow_seconds=chosen.ai_breaker_slow_seconds,
        slow_rate=chosen.ai_breaker_slow_rate, open_seconds=chosen.ai_breaker_seconds,
    )  # fmt: skip


OWN = ("openai", "anthropic", "gemini", "openrouter")
"""The vendors that have settings of their own."""
