"""What is inside one Telegram message, by the field it has (Bot API 10)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from contracts.messages import Kind, Media
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

    def personal(self) -> dict[str, Any]:
        """The fields of the personal part of the event that the content decides."""
        return {
            "text": self.text,
            "choice": self.choice,
            "media": self.media,
            "latitude": self.latitude,
            "longitude": self.longitude,
        }


# Messages that Telegram writes into a private chat by itself; nobody waits for an answer.
_SERVICE = frozenset(
    {
        "pinned_message", "message_auto_delete_timer_changed", "migrate_to_chat_id", "migrate_from_chat_id",
        "write_access_allowed", "connected_website", "chat_background_set", "boost_added",
        "new_chat_members", "left_chat_member", "new_chat_title", "new_chat_photo", "delete_chat_photo",
        "group_chat_created", "supergroup_chat_created", "channel_chat_created", "proximity_alert_triggered",
        "forum_topic_created", "forum_topic_edited", "forum_topic_closed", "forum_topic_reopened",
        "general_forum_topic_hidden", "general_forum_topic_unhidden", "giveaway_created",
        "giveaway_completed", "giveaway_winners", "video_chat_scheduled", "video_chat_started",
        "video_chat_ended", "video_chat_participants_invited", "successful_payment", "refunded_payment",
        "users_shared", "chat_shared", "passport_data", "web_app_data",
    }
)  # fmt: skip


def content_of(message: Mapping[str, Any]) -> Content | None:
    """None for a service message. Kind `other` for what came after this was written."""
    for field, read in _READERS.items():
        if field in message and (content := read(message[field])):
            return _captioned(content, message)
    return None if _SERVICE & message.keys() else Content("other", text_of(message.get("caption")))


def _captioned(content: Content, message: Mapping[str, Any]) -> Content:
    if not content.media:
        return content
    return Content(content.kind, text_of(message.get("caption")), media=content.media)


def _text(part: Any) -> Content | None:
    return Content("text", text_of(part)) if isinstance(part, str) else None


def _file(kind: Kind) -> Callable[[Any], Content | None]:
    def read(part: Any) -> Content | None:
        fields = mapping(part)
        file = Media(
            vendor_id=id_of(fields.get("file_id")),
            mime_type=text_of(fields.get("mime_type"), 256) or None,
            filename=text_of(fields.get("file_name"), 256) or None,
        )
        return Content(kind, media=(file,)) if file.vendor_id else None

    return read


def _photo(part: Any) -> Content | None:
    """A photo comes in several sizes, the largest last."""
    sizes = listed(part)
    return _file("image")(sizes[-1]) if sizes else None


def _venue(part: Any) -> Content | None:
    fields = mapping(part)
    place = _location(fields.get("location"))
    label = ", ".join(filter(None, (text_of(fields.get("title"), 256), text_of(fields.get("address"), 512))))
    return place and Content("location", label, latitude=place.latitude, longitude=place.longitude)


def _location(part: Any) -> Content | None:
    fields = mapping(part)
    latitude, longitude = degrees(fields.get("latitude")), degrees(fields.get("longitude"))
    if latitude is None or longitude is None:
        return None
    return Content("location", latitude=latitude, longitude=longitude)


def _contact(part: Any) -> Content | None:
    fields = mapping(part)
    names = (text_of(fields.get(name), 128) for name in ("first_name", "last_name"))
    return Content("contacts", " ".join(filter(None, names)))


# In this order: an animation comes with a document as well, a venue with a location.
_READERS: Mapping[str, Callable[[Any], Content | None]] = {
    "text": _text,
    "photo": _photo,
    "voice": _file("audio"),
    "audio": _file("audio"),
    "video": _file("video"),
    "video_note": _file("video"),
    "animation": _file("video"),
    "document": _file("document"),
    "sticker": _file("sticker"),
    "venue": _venue,
    "location": _location,
    "contact": _contact,
}
