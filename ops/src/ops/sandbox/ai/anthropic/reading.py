"""The question that a request asks, and what Anthropic checks beyond the contract."""

from collections.abc import Iterator
from typing import Any

from ops.sandbox.ai.anthropic.contract import (
    AnyChoice,
    ImageBlock,
    Message,
    MessagesRequest,
    TextBlock,
    ToolChoice,
    ToolResultBlock,
    ToolUseBlock,
)
from ops.sandbox.ai.question import Offer, Question, Said


class Unfit(Exception):
    """A request that fits the contract and makes no sense."""


def question(wanted: MessagesRequest) -> Question:
    """What is asked. Raises Unfit."""
    _check(wanted)
    choice = wanted.tool_choice
    offers = [Offer(one.name, one.description, one.input_schema) for one in wanted.tools or ()]
    form = wanted.output_config.format if wanted.output_config else None
    return Question(
        model=wanted.model,
        instructions=_text(wanted.system),
        turns=tuple(turn for message in wanted.messages for turn in _turns(message)),
        max_tokens=wanted.max_tokens,
        offers=() if choice and choice.type == "none" else tuple(offers),
        forced=_forced(choice),
        schema=form.schema_ if form else None,
        streamed="sse" if wanted.stream else None,
    )


def _forced(choice: AnyChoice | ToolChoice | None) -> str | None:
    if isinstance(choice, ToolChoice):
        return choice.name
    return "" if choice and choice.type == "any" else None


def _turns(message: Message) -> Iterator[Said]:
    """Results of tools stand in the user's turn, before what the user says."""
    blocks = [] if isinstance(message.content, str) else message.content
    for one in blocks:
        if isinstance(one, ToolResultBlock):
            yield Said("tool", _text(one.content))
    said = _text(message.content)
    pictures = sum(isinstance(one, ImageBlock) for one in blocks)
    if said or pictures or not any(isinstance(one, ToolResultBlock) for one in blocks):
        yield Said(message.role, said, pictures)


def _text(content: Any) -> str:
    if isinstance(content, str):
        return content
    return "\n".join(one.text for one in content if isinstance(one, TextBlock))


def _check(wanted: MessagesRequest) -> None:
    if not wanted.messages:
        raise Unfit("messages: at least one message is required")
    if wanted.messages[0].role != "user":
        raise Unfit('messages: first message must use the "user" role')
    for number, message in enumerate(wanted.messages):
        if not message.content and number < len(wanted.messages) - 1:
            raise Unfit(
                f"messages.{number}: all messages must have non-empty content except for the optional final "
                "assistant message"
            )
    if wanted.tool_choice and not wanted.tools:
        raise Unfit("tool_choice may only be specified while providing tools")
    _check_results(wanted.messages)


def _check_results(messages: list[Message]) -> None:
    """Every use of a tool is answered in the next turn, and nothing else is."""
    waiting: set[str] = set()
    for number, message in enumerate(messages):
        blocks = [] if isinstance(message.content, str) else message.content
        results = {one.tool_use_id for one in blocks if isinstance(one, ToolResultBlock)}
        if strange := results - waiting:
            raise Unfit(
                f"messages.{number}.content.0: unexpected `tool_use_id` found in `tool_result` blocks: "
                f"{', '.join(sorted(strange))}. Each `tool_result` block must have a corresponding "
                f"`tool_use` "
                "block in the previous message."
            )
        if lacking := waiting - results:
            raise _lacking(number - 1, lacking)
        waiting = {one.id for one in blocks if isinstance(one, ToolUseBlock)}
    if waiting:
        raise _lacking(len(messages) - 1, waiting)


def _lacking(number: int, lacking: set[str]) -> Unfit:
    return Unfit(
        f"messages.{number}: `tool_use` ids were found without `tool_result` blocks immediately after: "
        f"{', '.join(sorted(lacking))}. Each `tool_use` block must have a corresponding `tool_result` block "
        f"in "
        "the next message."
    )
