"""Telegram's Bot API (10.1)."""

from ops.sandbox.channels.telegram.channel import Telegram

__all__ = ["Telegram"]
