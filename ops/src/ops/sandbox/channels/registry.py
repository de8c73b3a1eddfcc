"""Which channels the sandbox has. Phones stand on the page in this order."""

from ops.sandbox.channels.channel import Channel, World
from ops.sandbox.channels.telegram import Telegram
from ops.sandbox.channels.whatsapp import WhatsApp


def channels(world: World) -> tuple[Channel, ...]:
    """All channels."""
    return (WhatsApp(world), Telegram(world))
