"""WhatsApp Cloud API as Meta runs it (Graph API v23.0)."""

from ops.sandbox.channels.whatsapp.channel import WhatsApp

__all__ = ["WhatsApp"]
