"""The open question: asking it, repeating it, asking in other words what was not understood."""

from collections.abc import Callable
from datetime import datetime

from contracts.messages import Option
from contracts.tenants import Service
from conversation.domain.appointments import words_of
from conversation.domain.offers import invitation
from conversation.domain.phrases import inline, sentence
from conversation.domain.reading import option, service_option
from conversation.domain.state import Conversation, Draft, Question
from conversation.domain.turn import Outcome, Scene

MOST_SERVICES = 10  # a channel's list holds no more rows
MISSES_BEFORE_HUMAN = 2


def ask(
    conversation: Conversation, scene: Scene, question: Question, options: tuple[Option, ...] = ()
) -> Outcome:
    """Opens a question on the draft."""
    conversation = conversation.drafted(asked=question, options=options, misses=0, touched=scene.now)
    return Outcome(conversation, (wording(conversation, scene),), options)


def repeat(conversation: Conversation, scene: Scene) -> Outcome:
    """Says the open question again, in the same words."""
    draft = conversation.draft
    if draft is None or draft.asked is None:
        return Outcome(conversation)
    conversation = conversation.drafted(touched=scene.now)
    return Outcome(conversation, (wording(conversation, scene),), draft.options)


def ask_otherwise(conversation: Conversation, scene: Scene) -> Outcome:
    """The answer was not understood: asks in other words, and from the second time on offers a human."""
    draft = conversation.open_draft
    says = [_otherwise(conversation, scene)]
    misses = draft.misses + 1
    if misses >= MISSES_BEFORE_HUMAN:
        says.append(scene.phrases("or_human"))
    conversation = conversation.drafted(misses=misses, touched=scene.now)
    return Outcome(conversation, (" ".join(says),), draft.options)


def wording(conversation: Conversation, scene: Scene) -> str:
    """The open question as it is first asked."""
    draft = conversation.draft
    if draft is None or draft.asked is None:
        return ""
    return _WORDING[draft.asked](draft, conversation, scene)


def offered_services(draft: Draft, scene: Scene) -> tuple[Service, ...]:
    """Those the wish can mean; all of them if none was named."""
    every = scene.config.services
    return tuple(one for one in every if not draft.services or one.id in draft.services)


def service_options(draft: Draft, scene: Scene) -> tuple[Option, ...]:
    """At most ten, titles cut to fit and kept different."""
    options: list[Option] = []
    for number, one in enumerate(offered_services(draft, scene)[:MOST_SERVICES], start=1):
        made = option("service", one.id, sentence(scene.phrases.named(one)))
        if any(made.title == other.title for other in options):
            made = option("service", one.id, f"{number}. {made.title}")
        options.append(Option(id=service_option(one.id), title=made.title))
    return tuple(options)


def _service(draft: Draft, _: Conversation, scene: Scene) -> str:
    key = "ask_which_service" if draft.services else "ask_service"
    return scene.phrases(key, services=_service_names(draft, scene))


def _service_names(draft: Draft, scene: Scene) -> str:
    return scene.phrases.either(inline(scene.phrases.named(one)) for one in offered_services(draft, scene))


def _when(draft: Draft, conversation: Conversation, scene: Scene) -> str:
    booking = conversation.booking(draft.booking)
    if draft.offered:
        return scene.phrases("ask_other_time")
    if draft.purpose == "move" and booking:
        words = words_of(booking.appointment, scene)
        return scene.phrases("ask_move_when", service=words["service"], moment=words["moment"])
    return scene.phrases("ask_when")


def _day(draft: Draft, _: Conversation, scene: Scene) -> str:
    if not draft.when.times:
        return scene.phrases("ask_day_only")
    return scene.phrases("ask_day", at=scene.phrases.either(map(scene.phrases.at, draft.when.times)))


def _time(draft: Draft, _: Conversation, scene: Scene) -> str:
    times = scene.phrases.either(map(scene.phrases.clock, draft.when.times))
    return scene.phrases("ask_time", times=times)


def _date(draft: Draft, _: Conversation, scene: Scene) -> str:
    return scene.phrases("ask_date", dates=scene.phrases.either(map(scene.phrases.day, draft.when.dates)))


def _offer(draft: Draft, _: Conversation, scene: Scene) -> str:
    return invitation(draft.offered, scene)


def _booking(draft: Draft, _: Conversation, scene: Scene) -> str:
    return scene.phrases("ask_booking_move" if draft.purpose == "move" else "ask_booking_cancel")


def _cancel(draft: Draft, conversation: Conversation, scene: Scene) -> str:
    booking = conversation.booking(draft.booking)
    if booking is None:
        return scene.phrases("again_yes_no")
    words = words_of(booking.appointment, scene)
    return scene.phrases("ask_cancel", service=words["service"], moment=words["moment"])


def _replace(draft: Draft, conversation: Conversation, scene: Scene) -> str:
    booking, phrases = conversation.booking(draft.booking), scene.phrases
    if booking is None or not (draft.when.dates and draft.when.times):
        return phrases("again_yes_no")
    wished = datetime.combine(draft.when.dates[0], draft.when.times[0])
    old = words_of(booking.appointment, scene)["service"]
    return phrases("ask_replace", old=old, new=_service_names(draft, scene), moment=phrases.moment(wished))


_WORDING: dict[Question, Callable[[Draft, Conversation, Scene], str]] = {
    "service": _service,
    "when": _when,
    "day": _day,
    "time": _time,
    "date": _date,
    "name": lambda _draft, _conversation, scene: scene.phrases("ask_name"),
    "offer": _offer,
    "booking": _booking,
    "cancel": _cancel,
    "replace": _replace,
    "human": lambda _draft, _conversation, scene: scene.phrases("ask_human"),
}


def _otherwise(conversation: Conversation, scene: Scene) -> str:
    draft, phrases = conversation.open_draft, scene.phrases
    match draft.asked:
        case "service":
            return phrases("again_service", services=_service_names(draft, scene))
        case "when" | "day" | "name" as asked:
            return phrases(f"again_{asked}")
        case "offer" | "time" | "date" | "booking":
            return phrases("again_choice", choices=phrases.either(o.title for o in draft.options))
        case _:
            return phrases("again_yes_no")
