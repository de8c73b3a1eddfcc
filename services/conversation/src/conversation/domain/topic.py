"""What the customer asked about last: "e domenica?" and "ok, domani alle 10" need their other half."""

from dataclasses import replace
from datetime import timedelta

from conversation.domain.reading import Reading
from conversation.domain.state import Conversation, Draft, Topic
from conversation.domain.turn import Scene
from conversation.domain.understanding import Intent
from conversation.domain.wish import names_time

TOPIC_LASTS = timedelta(minutes=30)
_TOPICS = (Intent.HOURS, Intent.PRICES, Intent.OFFERS)


def followed_up(conversation: Conversation, reading: Reading, scene: Scene) -> Reading:
    """A day or a service alone, in a question after a question, asks the same of another."""
    topic = _fresh(conversation, scene)
    asks = reading.follow_up or "?" in reading.text
    if topic is None or conversation.draft or not asks or reading.intents != (Intent.BOOK,) or reading.sure:
        return reading
    day_alone = reading.when and not names_time(reading.when) and not reading.services
    if topic.intent is Intent.HOURS and day_alone:
        return replace(reading, intents=(Intent.HOURS,), confidence=1.0)
    if topic.intent is not Intent.HOURS and reading.services and not reading.when:
        return replace(reading, intents=(topic.intent,), confidence=1.0)
    return reading


def remembering(conversation: Conversation, reading: Reading, scene: Scene) -> Conversation:
    """The conversation, knowing what was asked about if it may be followed up."""
    intent = next((one for one in reading.intents if one in _TOPICS), None)
    if intent is None:
        return conversation
    when = reading.when if intent is Intent.HOURS else None
    dates = tuple(day for day in (when.dates if when else ()) if scene.config.opening(day))
    return conversation.but(
        topic=Topic(intent=intent, services=reading.services, dates=dates[:1], told=scene.now)
    )


def in_its_light(conversation: Conversation, draft: Draft, scene: Scene) -> Draft:
    """A new wish for what was asked about, as far as it says nothing else."""
    topic = _fresh(conversation, scene)
    if topic is None:
        return draft
    known = tuple(one for one in topic.services if scene.config.service(one))
    return draft.but(services=known, when=replace(draft.when, dates=topic.dates))


def _fresh(conversation: Conversation, scene: Scene) -> Topic | None:
    topic = conversation.topic
    return topic if topic and scene.now - topic.told <= TOPIC_LASTS else None
