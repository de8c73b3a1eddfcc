"""What is inside one WhatsApp message, by its type (Meta, Graph API v23.0)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from contracts.messages import Inbound, Kind, Media
from gateway.channels.translation import degrees, id_of, listed, mapping, text_of


@dataclass(frozen=True)
class Content:
    """The content of a message, before it is known who sent it."""

    kind: Kind
    text: str = ""
    choice: str | None = None
    media: tuple[Media, ...] = ()
    latitude: float | None = None
    longitude: float | None = None
    reply_to: str | None = None

    def inbound(self, address: str, name: str | None) -> Inbound:
        """The personal part of the event."""
        return Inbound(
            address=address, name=name, text=self.text, choice=self.choice, media=self.media,
            latitude=self.latitude, longitude=self.longitude,
        )  # fmt: skip


def content_of(message: Mapping[str, Any]) -> Content:
    """Kind `other` for types that came after this was written, and for known ones in a broken form.

    Somebody wrote and waits for an answer all the same.
    """
    kind = text_of(message.get("type"))
    if kind == "contacts":  # the only type whose part is a list
        return _contacts(listed(message.get("contacts")))
    read = _READERS.get(kind)
    return (read(mapping(message.get(kind))) if read else None) or Content("other")


def _text(part: Mapping[str, Any]) -> Content | None:
    body = part.get("body")
    return Content("text", text_of(body)) if isinstance(body, str) else None


def _button(part: Mapping[str, Any]) -> Content | None:
    """A quick reply of a template."""
    choice, title = id_of(part.get("payload")), text_of(part.get("text"))
    return Content("choice", title, choice or title) if choice or title else None


def _interactive(part: Mapping[str, Any]) -> Content | None:
    for kind in ("button_reply", "list_reply"):
        if choice := id_of(mapping(part.get(kind)).get("id")):
            return Content("choice", text_of(part[kind].get("title")), choice)
    # nfm_reply: a form was sent in; its fields mean nothing to us yet, its body is Meta's own word.
    return Content("other", text_of(mapping(part.get("nfm_reply")).get("body")))


def _file(kind: Kind) -> Callable[[Mapping[str, Any]], Content | None]:
    def read(part: Mapping[str, Any]) -> Content:
        file = Media(
            vendor_id=id_of(part.get("id")),
            mime_type=text_of(part.get("mime_type"), 256) or None,
            filename=text_of(part.get("filename"), 256) or None,
        )
        return Content(kind, text_of(part.get("caption")), media=(file,) if file.vendor_id else ())

    return read


def _location(part: Mapping[str, Any]) -> Content | None:
    latitude, longitude = degrees(part.get("latitude")), degrees(part.get("longitude"))
    if latitude is None or longitude is None:
        return None
    label = ", ".join(filter(None, (text_of(part.get("name"), 256), text_of(part.get("address"), 512))))
    return Content("location", label, latitude=latitude, longitude=longitude)


def _contacts(names: list[Any]) -> Content:
    formatted = (text_of(mapping(mapping(one).get("name")).get("formatted_name"), 256) for one in names)
    return Content("contacts", text_of(", ".join(filter(None, formatted))))


def _reaction(part: Mapping[str, Any]) -> Content | None:
    """An emoji under a message of ours; without emoji it was taken back."""
    message = id_of(part.get("message_id"))
    return Content("reaction", text_of(part.get("emoji"), 64), reply_to=message) if message else None


def _order(part: Mapping[str, Any]) -> Content:
    """A basket of catalogue products, with a remark."""
    return Content("other", text_of(part.get("text")))


_READERS: Mapping[str, Callable[[Mapping[str, Any]], Content | None]] = {
    "text": _text,
    "button": _button,
    "interactive": _interactive,
    "image": _file("image"),
    "audio": _file("audio"),
    "video": _file("video"),
    "document": _file("document"),
    "sticker": _file("sticker"),
    "location": _location,
    "reaction": _reaction,
    "order": _order,
}
