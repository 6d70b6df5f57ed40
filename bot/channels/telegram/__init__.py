"""Telegram: updates by polling or webhook, answers as plain text with buttons."""

from bot.channels.telegram.channel import Telegram

__all__ = ["Telegram"]
