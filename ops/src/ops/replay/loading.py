"""Where histories come from: the gateway, a file, or the record itself."""

import random
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from pydantic_core import to_json

from chassis.record import Record, open_record
from contracts import events
from contracts.catalogue import type_of
from contracts.decisions import TurnDecided
from contracts.envelope import Event
from contracts.events import MalformedEvent
from contracts.tenants import TenantConfigured
from ops.api import Api, ApiProblem
from ops.moments import BEGINNING
from ops.record.place import NoRecord, rabbitmq_url
from ops.replay.configurations import config_told
from ops.replay.history import History, conversations_in, history_of

_MOST_EVENTS: Final = 5000
_NOT_FOUND: Final = 404
_TOLD_EVERY: Final = 1000  # events

Progress = Callable[[str, int, int], None]
"""What is done, how far it is, and how far it goes."""


@dataclass(frozen=True)
class Found:
    """Histories, and what whoever reads the outcome should know about them."""

    histories: tuple[History, ...]
    notes: tuple[str, ...] = ()


def from_gateway(api: Api, ref: str) -> Found:
    """The conversations that an id belongs to. Raises ApiProblem."""
    found, more = _recorded(api, ref)
    notes = ["The oldest events of it were left out: there are too many."] if more else []
    conversations = conversations_in(found)
    histories: list[History] = []
    for tenant in {tenant for tenant, _ in conversations}:
        configured, _ = _recorded(api, tenant)
        own = {key: those for key, those in conversations.items() if key[0] == tenant}
        histories += _histories(own, configured, whole=not more)
    return Found(tuple(_with_newest(api, one) for one in histories), tuple(notes))


def from_file(path: Path) -> Found:
    """The conversations in a file of events, one JSON object a line. Raises OSError, NoRecord."""
    found = []
    for number, line in enumerate(path.read_bytes().splitlines(), 1):
        try:
            found += [events.read(line)] if line.strip() else []
        except MalformedEvent as problem:
            raise NoRecord(
                f"{path}, line {number} is no event ({problem}): write the file with `bellhop events --json`"
            ) from None
    conversations = conversations_in(found)
    return Found(tuple(history_of(*key, found) for key in conversations))


def with_configurations(found: Found) -> Found:
    """With those of the running stack, where some that were in force are not on record in a file."""
    if not any(one.lost_versions for one in found.histories):
        return found
    try:
        api = Api.of_running_stack()
        return replace(found, histories=tuple(_with_recorded(api, one) for one in found.histories))
    except ApiProblem:
        return found  # it may be another machine's record


async def from_record(tenant: str, since: datetime, sample: int, seed: int, progress: Progress) -> Found:
    """Conversations of one business that went on since then, by lot. Raises NoRecord, Unavailable."""
    async with open_record(rabbitmq_url(), "bellhop replay") as record:
        began, ended = await record.bounds()
        active = await _active(record, tenant, since, ended, progress)
        chosen = set(random.Random(seed).sample(sorted(active), min(sample, len(active))))  # noqa: S311
        found = await _read(record, tenant, chosen, (began, ended), progress) if chosen else []
    conversations = {key: those for key, those in conversations_in(found).items() if key[1] in chosen}
    notes = (f"{len(chosen)} of {len(active)} conversations, by lot",) if len(chosen) < len(active) else ()
    return Found(tuple(_histories(conversations, found, whole=True)), notes)


async def _active(record: Record, tenant: str, since: datetime, ended: int, progress: Progress) -> set[str]:
    """The conversations in which something was decided since then."""
    decided, found = type_of(TurnDecided), set()
    async for one in record.read("first" if since == BEGINNING else since, until=ended):
        if one.offset % _TOLD_EVERY == 0:
            progress("Looking for conversations", one.offset, ended)
        if one.type == decided and one.tenant == tenant:
            found.add(one.conversation)
    return found


async def _read(
    record: Record, tenant: str, chosen: set[str], bounds: tuple[int, int], progress: Progress
) -> list[Event[Any]]:
    """All events of these conversations from their beginning on, and the business's configurations."""
    configured, found = type_of(TenantConfigured), []
    began, ended = bounds
    async for one in record.read("first", until=ended):
        if one.offset % _TOLD_EVERY == 0:
            progress("Reading them", one.offset - began, ended - began)
        if one.tenant == tenant and (one.conversation in chosen or one.type == configured):
            found += _readable(one.body)
    return found


def _readable(body: bytes) -> list[Event[Any]]:
    try:
        return [events.read(body)]
    except MalformedEvent:
        return []  # of a later version than ours: it takes no part in today's decisions


def _recorded(api: Api, ref: str) -> tuple[list[Event[Any]], bool]:
    """What the gateway finds, and whether there is more. Nothing found is no problem."""
    path = f"/api/v1/record/{quote(ref, safe='')}?scope=conversation&limit={_MOST_EVENTS}"
    try:
        answer = api.request("GET", path)
    except ApiProblem as problem:
        if problem.status == _NOT_FOUND:
            return [], False
        raise
    found = [event for one in answer["events"] for event in _readable(to_json(one))]
    return found, bool(answer["more"])


def _histories(
    conversations: dict[tuple[str, str], list[Event[Any]]], configured: Sequence[Event[Any]], *, whole: bool
) -> Iterator[History]:
    for (tenant, conversation), those in conversations.items():
        found = history_of(tenant, conversation, [*_configurations(configured, tenant), *those])
        yield found if whole else replace(found, complete=False)


def _configurations(configured: Iterable[Event[Any]], tenant: str) -> Iterator[Event[Any]]:
    return (one for one in configured if one.tenantid == tenant and isinstance(one.data, TenantConfigured))


def _with_recorded(api: Api, history: History) -> History:
    configured, _ = _recorded(api, history.tenant)
    known = {one.data.version: one.data.config for one in _configurations(configured, history.tenant)}
    return _with_newest(api, replace(history, configs={**known, **history.configs}))


def _with_newest(api: Api, history: History) -> History:
    """With the configuration of today as well, where one that was in force then is lost."""
    if not history.lost_versions:
        return history
    content = api.request("GET", f"/api/v1/tenants/{history.tenant}")
    return replace(history, configs={**config_told(content), **history.configs})
