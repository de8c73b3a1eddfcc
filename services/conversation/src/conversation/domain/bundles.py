"""Several services in one wish, "taglio e piega": one is booked, then a time right after it is offered."""

from contracts.bookings import Appointment
from conversation.domain import booking_flow
from conversation.domain.phrases import inline
from conversation.domain.state import Conversation, Draft
from conversation.domain.turn import Outcome, Scene
from conversation.domain.understanding import When


def go_on(conversation: Conversation, done: Draft, appointment: Appointment, scene: Scene) -> Outcome:
    """The next of the services, on the same day and as close to the end of `appointment` as may be."""
    services, *rest = done.later
    end = scene.local(appointment.end)
    draft = Draft(
        purpose="book", services=services, later=tuple(rest), staff=done.staff,
        when=When(dates=(end.date(),)), near=end.time().replace(tzinfo=None), touched=scene.now,
    )  # fmt: skip
    outcome = booking_flow.proceed(conversation.but(draft=draft), scene)
    if outcome.conversation.waiting is None:
        return outcome
    named = scene.phrases("next_service", service=inline(scene.phrases.service(services[0])))
    return Outcome(outcome.conversation.but(preface=(named,)), requests=outcome.requests)
