"""Diaries, one document for each resource and local day. Never deleted, so that versions only grow."""

from collections.abc import Sequence
from datetime import date
from typing import cast

from chassis.storage import CollectionSpec, Document, Range, Store
from scheduler.domain.diary import EMPTY, Agenda, Diary, DiaryKey
from scheduler.ports import Stored

DIARIES = CollectionSpec("diaries", indexes=(("resource_id", "day"),))


class DiaryDocuments:
    def __init__(self, store: Store) -> None:
        self._documents = store.collection(DIARIES)

    async def get(self, tenant: str, key: DiaryKey) -> Stored[Diary]:
        found = await self._documents.get(tenant, _name(key))
        return Stored(_diary(found.body), found.version) if found else Stored(EMPTY, 0)

    async def save(self, tenant: str, key: DiaryKey, diary: Diary, *, expected: int) -> None:
        body: Document = {
            "resource_id": key.resource_id,
            "day": key.day.isoformat(),
            "diary": diary.model_dump(mode="json"),
        }
        await self._documents.save(tenant, _name(key), body, expected=expected)

    async def agenda(self, tenant: str, resources: Sequence[str], first: date, last: date) -> Agenda:
        span = Range(gte=first.isoformat(), lte=last.isoformat())
        days = (last - first).days + 1
        agenda: Agenda = {}
        for resource_id in resources:
            found = await self._documents.find(
                tenant, {"resource_id": resource_id, "day": span}, sort="day", limit=days
            )
            for one in found:
                day = date.fromisoformat(str(one.body["day"]))
                agenda[DiaryKey(resource_id, day)] = _diary(one.body)
        return agenda


def _name(key: DiaryKey) -> str:
    return f"{key.resource_id}/{key.day.isoformat()}"


def _diary(body: Document) -> Diary:
    return Diary.model_validate(cast("Document", body["diary"]))
