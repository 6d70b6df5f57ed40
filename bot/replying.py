"""Replies -> messages of a channel: rendered, cut to what the platform takes, and put into the outbox."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from bot.channels.base import Channel
from bot.messages import Answer, Choice, OutgoingFile, OutgoingMessage
from dialogs.outcome import Reply
from dialogs.texts import Texts
from storage import Work
from storage.records import Conversation, OutboxStatus


class Outgoing:
    """The answer to one update while it is being put together. `marks` goes into the transcript beside the update."""

    def __init__(self, channel: Channel, texts: Texts, language: str) -> None:
        self._channel = channel
        self._texts = texts
        self.language = language
        self._messages: list[OutgoingMessage] = []
        self.marks: dict[str, object] = {}

    def say(self, key: str, params: Mapping[str, str] | None = None, choices: tuple[Choice, ...] = ()) -> None:
        """Add a message by its text key."""
        self._messages.append(OutgoingMessage(key, self._texts.say(self.language, key, params), choices))

    def says(self, key: str) -> bool:
        """Is this text among the messages?"""
        return any(message.key == key for message in self._messages)

    def introduce(self) -> None:
        """Say who is speaking, once: after the first help, before the question it ends with."""
        about = OutgoingMessage("opening.about", self._texts.say(self.language, "opening.about"))
        self._messages.insert(max(len(self._messages) - 1, 0), about)

    def replies(self, replies: Iterable[Reply]) -> None:
        """Add what the dialog decided to say."""
        for reply in replies:
            choices = tuple(Choice(button.pick.id, button.label) for button in reply.buttons)
            self._messages.append(OutgoingMessage(reply.key, reply.text, choices))

    def send(self, work: Work, row: Conversation, inbox_id: int, now: datetime) -> tuple[Answer, Conversation]:
        """Write the messages to the outbox, those first that were waiting for the person to write again."""
        parked = work.outbox.parked(row.id) if row.parked else []
        if parked:
            work.outbox.unpark([sent.id for sent in parked], now, inline=True)
            row = replace(row, parked=0)
        earlier = [message_from(sent.body) for sent in parked]
        fresh = [part for message in self._messages for part in self._channel.fit(message)]
        messages = (*earlier, *fresh)
        inline = self._channel.inline(messages)
        status: list[OutboxStatus] = [
            "inline" if position < inline else "pending" for position in range(len(earlier), len(messages))
        ]
        if earlier and inline < len(earlier):
            work.outbox.unpark([sent.id for sent in parked[inline:]], now)
        work.outbox.add(row, inbox_id, [message_json(message) for message in fresh], now=now, status=status)
        offered = next((message.choices for message in reversed(messages) if message.choices), None)
        if messages:
            labels = [choice.label for choice in offered or ()]
            row = replace(row, offered=[choice.id for choice in offered or ()], state={**row.state, "labels": labels})
        return Answer(messages, inline), row

    def push(self, work: Work, row: Conversation, now: datetime, due_at: datetime | None = None) -> None:
        """Write the messages to the outbox on our own account, to be sent now or at `due_at`. The choices in them
        become those offered last when they are delivered (see `bot.courier`): until then the person answers what they
        see."""
        parts = [part for message in self._messages for part in self._channel.fit(message)]
        statuses: list[OutboxStatus] = ["pending"] * len(parts)
        work.outbox.add(row, None, [message_json(part) for part in parts], now=now, status=statuses, due_at=due_at)

    def as_json(self, answer: Answer) -> dict[str, Any]:
        """The answer as it is recorded, for a repeat of the update."""
        return {"inline": answer.inline, "messages": [message_json(message) for message in answer.messages]}


def message_json(message: OutgoingMessage) -> dict[str, Any]:
    """A message as plain JSON values."""
    data: dict[str, Any] = {"key": message.key, "text": message.text}
    if message.choices:
        data["choices"] = [[choice.id, choice.label] for choice in message.choices]
    if message.files:
        data["files"] = [[file.name, file.mime, file.sha256, file.url] for file in message.files]
    return data


def message_from(data: Mapping[str, Any]) -> OutgoingMessage:
    """The message that `message_json` gave."""
    choices = tuple(Choice(id, label) for id, label in data.get("choices", ()))
    files = tuple(OutgoingFile(*file) for file in data.get("files", ()))
    return OutgoingMessage(data["key"], data["text"], choices, files)


def as_answer(data: Any) -> Answer:
    """The answer recorded for an update; an empty one where there is none."""
    if not isinstance(data, dict):
        return Answer(())
    return Answer(tuple(message_from(message) for message in data["messages"]), data["inline"])
