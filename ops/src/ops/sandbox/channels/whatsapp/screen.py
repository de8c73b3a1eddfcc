"""How a message of the business looks on a WhatsApp screen."""

from ops.sandbox.channels.whatsapp.contract import InteractiveMessage, ListMessage, Sections, TextMessage
from ops.sandbox.phones import Bubble, Choice


def bubble(message: TextMessage | InteractiveMessage, message_id: str) -> Bubble:
    """What the customer sees of an accepted message."""
    reference = message.biz_opaque_callback_data
    if isinstance(message, TextMessage):
        return Bubble(message_id, "business", message.text.body, reference=reference)
    content = message.interactive
    if isinstance(content, ListMessage):
        choices, menu = _rows(content.action), content.action.button
    else:
        buttons = [one.reply for one in content.action.buttons]
        choices, menu = tuple(Choice(one.id, one.title, row=n) for n, one in enumerate(buttons)), None
    footer = content.footer.text if content.footer else None
    return Bubble(message_id, "business", content.body.text, choices, menu, reference, footer)


def _rows(sections: Sections) -> tuple[Choice, ...]:
    rows = [row for section in sections.sections for row in section.rows]
    return tuple(Choice(row.id, row.title, row.description or "", n) for n, row in enumerate(rows))
