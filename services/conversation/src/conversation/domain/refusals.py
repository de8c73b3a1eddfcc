"""Why a wish could not be met, in words."""

from datetime import datetime, timedelta

from contracts.bookings import BookingRefused
from contracts.tenants import Interval
from conversation.domain.phrases import sentence
from conversation.domain.turn import Scene


def reason(refused: BookingRefused, same_day: bool | None, scene: Scene) -> str:
    """`same_day`: the times offered instead are of the wished day, so that its time is enough."""
    phrases = scene.phrases
    if refused.start is None:
        return phrases(f"refused_{refused.reason}", moment="")
    start = scene.local(refused.start)
    moment = phrases("time_offered", time=phrases.clock(start.time())) if same_day else phrases.moment(start)
    if refused.reason == "closed" and (told := no_fit(start, refused.service_id, moment, scene)):
        return told
    return sentence(phrases(f"refused_{refused.reason}", moment=sentence(moment)))


def no_fit(start: datetime, service_id: str | None, moment: str, scene: Scene) -> str | None:
    """That we close before a service begun at local `start` would end; None if that is not the reason."""
    service = scene.config.service(service_id) if service_id else None
    opening = _opening_at(start, scene)
    if service is None or opening is None:
        return None
    closes = datetime.combine(start.date(), opening.end, tzinfo=start.tzinfo)
    if start + timedelta(minutes=service.duration) <= closes:
        return None
    phrases = scene.phrases
    return phrases(
        "refused_no_fit", moment=sentence(moment), minutes=service.duration, closes=phrases.at(opening.end)
    )


def _opening_at(start: datetime, scene: Scene) -> Interval | None:
    clock = start.time().replace(tzinfo=None)
    return next((one for one in scene.config.opening(start.date()) if one.start <= clock < one.end), None)
