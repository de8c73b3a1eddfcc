"""The ledger: a document for each question, and one for the sums of each business and local day.

No read goes through a month of questions: a month is some thirty documents.
"""

import asyncio
from collections import defaultdict
from collections.abc import Set
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Any, Final

from pydantic import BaseModel

from ai_router.domain.money.budgets import Spent, periods
from ai_router.domain.money.ledger import DaySums, Entry, Judgement, KeptQuestion, flags
from ai_router.domain.money.question import question_of
from ai_router.domain.money.usage import Row, UsageReport, report, summed
from ai_router.domain.prices import dollars
from ai_router.ports import Policies
from chassis.storage import CollectionSpec, Conflict, Document, Range, Store, Versioned, instant
from contracts.completions import CompletionJudged, CompletionRequested
from contracts.envelope import Event

MOST_DAYS: Final = 400
_QUESTIONS: Final = CollectionSpec("ai_questions", indexes=(("conversation", "at"),))
_DAYS: Final = CollectionSpec("ai_days", indexes=(("day",),))


class LedgerDocuments:
    """See ports.Ledger. Everything raises StoreUnavailable."""

    def __init__(self, store: Store, policies: Policies) -> None:
        self._questions = store.collection(_QUESTIONS)
        self._days = store.collection(_DAYS)
        self._policies = policies
        self._summing: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._certain: defaultdict[str, set[str]] = defaultdict(set)

    async def enter(self, event: Event[CompletionRequested], answer: Event[Any]) -> None:
        """Notes what one question cost; the same question again changes nothing."""
        question = question_of(event, answer, await self._zone(event.tenantid))
        await self._settle(event.tenantid, str(event.id), question=question)

    async def judged(self, event: Event[CompletionJudged]) -> None:
        """Notes what became of an answer; the first judgement stays. It may come before the answer."""
        judgement = Judgement(verdict=event.data.verdict, why=event.data.why)
        await self._settle(event.tenantid, str(event.data.request_id), judgement=judgement)

    async def spent(self, tenant: str, zone: tzinfo, now: datetime) -> Spent:
        """What the business has spent in its day and month."""
        today, first = periods(now, zone)
        days = await self._rows(tenant, first, today)
        sums = {day: summed(rows).microdollars for day, rows in days.items()}
        return Spent(dollars(sums.get(today, 0)), dollars(sum(sums.values())), today, first)

    async def usage(self, tenant: str, since: date, until: date) -> UsageReport:
        """What a business's questions came to, both days included. Raises ValueError for too many days."""
        if not 0 <= (until - since).days < MOST_DAYS:
            raise ValueError(f"ask for 1 to {MOST_DAYS} days, the first of them first")
        return report(tenant, since, until, await self._rows(tenant, since, until))

    async def questions(self, tenant: str, conversation: str, limit: int) -> list[KeptQuestion]:
        """The latest questions of a conversation, the newest first."""
        found = await self._questions.find(
            tenant, {"conversation": conversation}, sort="at", descending=True, limit=limit
        )
        entries = [_entry(one) for one in found]
        return [
            KeptQuestion(question=one.question, judgement=one.judgement) for one in entries if one.question
        ]

    async def _zone(self, tenant: str) -> tzinfo:
        known = await self._policies.tenant(tenant)
        return known.config.zone if known else UTC

    async def _rows(self, tenant: str, since: date, until: date) -> dict[date, tuple[Row, ...]]:
        span = Range(gte=since.isoformat(), lt=(until + timedelta(days=1)).isoformat())
        found = await self._days.find(tenant, {"day": span}, sort="day", limit=MOST_DAYS)
        return {sums.day: sums.rows for sums in (DaySums.model_validate(one.body) for one in found)}

    async def _settle(self, tenant: str, request_id: str, **said: Any) -> None:
        """Notes what is said now, and brings the day's sums up to it."""
        entry = await self._noted(tenant, request_id, said)
        if entry.question and entry.missing(request_id):
            async with self._summing[tenant]:
                marks = await self._summed(tenant, request_id, entry.question.day)
            await self._noted(tenant, request_id, flags(request_id, marks))
            self._certain[tenant] |= marks

    async def _noted(self, tenant: str, request_id: str, said: dict[str, Any]) -> Entry:
        """The entry with all of this; what it says already stays."""
        while True:
            found = await self._questions.get(tenant, request_id)
            before = _entry(found)
            new = {name: value for name, value in said.items() if not getattr(before, name)}
            if not new:
                return before
            entry = before.model_copy(update=new)
            with suppress(Conflict):
                version = found.version if found else 0
                await self._questions.save(tenant, request_id, _body(entry), expected=version)
                return entry

    async def _summed(self, tenant: str, request_id: str, day: date) -> Set[str]:
        """The marks of what is in the day's sums now, and may not be known to be in the question."""
        while True:
            found = await self._days.get(tenant, day.isoformat())
            # Read after the sums: whatever mark they have lost since is in the question for certain.
            missing = _entry(await self._questions.get(tenant, request_id)).missing(request_id)
            before = DaySums.model_validate(found.body) if found else DaySums(day=day)
            certain = set(self._certain[tenant])
            sums = before.with_(missing, certain)
            if sums is before:
                return missing.keys()
            with suppress(Conflict):
                version = found.version if found else 0
                await self._days.save(tenant, day.isoformat(), _plain(sums), expected=version)
                self._certain[tenant] -= certain
                return missing.keys()


def _entry(found: Versioned | None) -> Entry:
    return Entry.model_validate(found.body["entry"]) if found else Entry()


def _body(entry: Entry) -> Document:
    body: Document = {"entry": _plain(entry)}
    if entry.question:  # beside the entry, to be found by
        body |= {"conversation": entry.question.conversation, "at": instant(entry.question.at)}
    return body


def _plain(value: BaseModel) -> Document:
    plain: Document = value.model_dump(mode="json", exclude_defaults=True, exclude_computed_fields=True)
    return plain
