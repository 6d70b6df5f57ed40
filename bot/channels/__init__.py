"""Messaging platforms, each translated into the shapes of `bot.messages` and back."""
