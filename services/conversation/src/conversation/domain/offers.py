"""Free times on the table: which to offer, how to say it, and which one an answer takes."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, time, timedelta

from contracts.bookings import Slot
from contracts.messages import Option
from conversation.domain.phrases import sentence
from conversation.domain.reading import Reading, option
from conversation.domain.shifts import shifted
from conversation.domain.state import Conversation, Draft
from conversation.domain.turn import Outcome, Scene
from conversation.domain.understanding import Intent, When
from conversation.domain.wish import fits, names_day, names_time

MOST = 3
APART = timedelta(hours=1)
DISTINCT = timedelta(minutes=30)
NOON_BREAK = 13  # what begins earlier is a morning time
A_MINUTE = timedelta(minutes=1)


def offer(
    conversation: Conversation,
    slots: tuple[Slot, ...],
    scene: Scene,
    *headline: str,
    ask_back: bool = False,
    say_day: bool = False,
) -> Outcome:
    """Lays free times on the table. `ask_back`: "does the first suit you?" instead of "which one?"."""
    options = _options(slots, scene)
    draft = conversation.open_draft
    day = scene.local(slots[0].start).date()
    days = {scene.local(slot.start).date() for slot in slots}
    # "alle 17" now means the day that lies on the table, if the wished one does not.
    when = draft.when if days & set(draft.when.dates) else replace(draft.when, dates=(day,), date_range=None)
    text = (
        suggestion(slots, () if say_day else draft.when.dates, scene)
        if ask_back
        else invitation(slots, scene)
    )
    conversation = conversation.drafted(
        asked="offer", offered=slots, options=options, when=when, look=False, misses=0, touched=scene.now
    )
    return Outcome(conversation, (" ".join((*headline, text)),), options)


def _options(slots: tuple[Slot, ...], scene: Scene) -> tuple[Option, ...]:
    moments = [scene.local(slot.start) for slot in slots]
    one_day = len({moment.date() for moment in moments}) == 1
    phrases = scene.phrases
    titles = [phrases.clock(one.time()) if one_day else phrases.short_moment(one) for one in moments]
    return tuple(
        option("slot", slot.start.isoformat(), title) for slot, title in zip(slots, titles, strict=True)
    )


def suggestion(slots: tuple[Slot, ...], wished: tuple[date, ...], scene: Scene) -> str:
    """ "Ti va bene alle 15:30? Altrimenti ho 16:00 o 16:30." Another day than the wished one is said."""
    phrases = scene.phrases
    first, *others = [scene.local(slot.start) for slot in slots]
    same_day = {moment.date() for moment in (first, *others)} == set(wished)
    said = phrases("time_offered", time=phrases.clock(first.time())) if same_day else phrases.moment(first)
    if not others:
        return sentence(phrases("suggestion", first=said))
    rest = phrases.either(_after(first, others, scene))
    return sentence(phrases("suggestion_others", first=said, others=rest))


def _after(first: datetime, others: Iterable[datetime], scene: Scene) -> list[str]:
    phrases = scene.phrases
    return [
        phrases.clock(one.time()) if one.date() == first.date() else phrases.moment(one) for one in others
    ]


def invitation(slots: tuple[Slot, ...], scene: Scene) -> str:
    """ "Sabato 21 novembre ho posto alle 9:00, alle 14:30 o alle 18:00. Quale preferisci?" """
    phrases = scene.phrases
    moments = [scene.local(slot.start) for slot in slots]
    if len({moment.date() for moment in moments}) > 1:
        return phrases("free_moments", moments=phrases.either(map(phrases.moment, moments)))
    day = sentence(phrases.day(moments[0].date()))
    times = [phrases.at(moment.time()) for moment in moments]
    if len(times) == 1:
        return phrases("free_time", day=day, time=times[0])
    return phrases("free_times", day=day, times=phrases.either(times))


def chosen(slots: tuple[Slot, ...], draft: Draft, scene: Scene) -> tuple[Slot, ...]:
    """Up to three different times: those that fit what was said; near the wished time, else spread out."""
    distinct = tuple({slot.start: slot for slot in reversed(slots)}.values())[::-1]
    wished = draft.when if draft.when.times == () else When(dates=draft.when.dates)
    fitting = [slot for slot in distinct if fits(scene.local(slot.start), wished)] or list(distinct)
    clock = draft.when.times[0] if draft.when.times else draft.near
    if clock:
        return nearest(fitting, draft.when, clock, scene)
    return _spread(sorted(fitting, key=lambda slot: slot.start), scene)


def nearest(slots: Iterable[Slot], wished: When, clock: time, scene: Scene) -> tuple[Slot, ...]:
    """Three close to the wished day and time and well apart: the closest first, the others as they follow."""
    days = wished.dates

    def distance(slot: Slot) -> tuple[int, float, float]:
        local = scene.local(slot.start)
        off = abs((local.date() - days[0]).days) if days else 0
        wanted = timedelta(hours=clock.hour, minutes=clock.minute)
        actual = timedelta(hours=local.hour, minutes=local.minute)
        return off, abs((actual - wanted).total_seconds()), -slot.start.timestamp()

    closest = sorted(slots, key=distance)
    picked = closest[:1]
    for enough in (DISTINCT, timedelta()):
        for slot in closest:
            clear = all(abs(slot.start - one.start) >= enough for one in picked)
            if len(picked) < MOST and slot not in picked and clear:
                picked.append(slot)
    return (*picked[:1], *sorted(picked[1:], key=lambda slot: slot.start))


def _spread(slots: list[Slot], scene: Scene) -> tuple[Slot, ...]:
    """The first of every half day, then others an hour apart, so that three times are a real choice."""
    picked: dict[object, Slot] = {}
    for slot in slots:
        local = scene.local(slot.start)
        picked.setdefault((local.date(), local.hour < NOON_BREAK), slot)
    taken = list(picked.values())[:MOST]
    for slot in slots:
        if len(taken) < MOST and all(abs(slot.start - one.start) >= APART for one in taken):
            taken.append(slot)
    while len(taken) < min(MOST, len(slots)):
        rest = [slot for slot in slots if slot not in taken]
        taken.append(max(rest, key=lambda slot: min(abs(slot.start - one.start) for one in taken)))
    return tuple(sorted(taken, key=lambda slot: slot.start))


def moved_on(draft: Draft, reading: Reading, scene: Scene) -> When | None:
    """What "un'ora dopo" or "something earlier" means beside the times on the table, if that is said."""
    first, *_ = starts = sorted(scene.local(slot.start) for slot in draft.offered)
    if by := shifted(reading.text, scene.local(draft.offered[0].start)):
        return by
    if reading.when is not None:
        return None
    if reading.has(Intent.EARLIER):
        return When(dates=(first.date(),), not_after=(first - A_MINUTE).time())
    if reading.has(Intent.LATER):
        last = max(start for start in starts if start.date() == first.date())
        return When(dates=(first.date(),), not_before=(last + A_MINUTE).time())
    return None


def taken(draft: Draft, reading: Reading, scene: Scene) -> Slot | None:
    """The offered time that an answer takes: "sì" the first one; a day or time the one it fits alone."""
    if draft.asked != "offer" or reading.services or moved_on(draft, reading, scene):
        return None
    if reading.when is None:
        either = reading.has(Intent.ANYONE) and draft.staff is None  # "fai tu"
        agreed = (reading.has(Intent.AFFIRM) and not reading.has(Intent.DENY)) or either
        return draft.offered[0] if agreed else None
    if not reading.when.times and names_time(reading.when):
        return None  # "di pomeriggio" wants other times to choose from
    fitting = [slot for slot in draft.offered if fits(scene.local(slot.start), reading.when)]
    return fitting[0] if len(fitting) == 1 else None


def wished_exactly(slots: Iterable[Slot], draft: Draft, scene: Scene) -> bool:
    """Whether the very moment that was wished is among the free times."""
    exact = len(draft.when.dates) == 1 and len(draft.when.times) == 1
    return exact and any(fits(scene.local(slot.start), draft.when) for slot in slots)


def closed_day(draft: Draft, scene: Scene) -> bool:
    """Whether the one day that was wished is no working day."""
    days = draft.when.dates
    return names_day(draft.when) and len(days) == 1 and not scene.config.opening(days[0])
