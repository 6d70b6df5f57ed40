"""An update -> a turn: what was tapped, or what the words mean where the conversation stands."""

import re
from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.messages import Update
from dialogs import shortcuts
from dialogs.dialog import Dialog
from dialogs.turn import Entity, Pick, Turn
from dialogs.view import CaseView
from nlu import Matcher

READ_LIMIT = 4000  # characters that are understood; the whole is kept, and signs of fraud are looked for in all of it
GREETINGS = ("greet", "thanks", "goodbye", "ask_help")
CHAT = (*GREETINGS, "switch_language", "affirm", "deny", "done", "resolved", "out_of_scope", "undo")


HAN = re.compile(r"[\u4e00-\u9fff]")
LATIN = re.compile(r"[A-Za-z']{2,}")
FEW = 2  # words or characters that tell a language


class TurnMaker:
    """Makes turns. Keeps nothing."""

    def __init__(self, dialog: Dialog, matcher: Matcher, zone: ZoneInfo) -> None:
        self._dialog = dialog
        self._matcher = matcher
        self._zone = zone

    def pick(self, update: Update, offered: Sequence[str], labels: Sequence[str] = ()) -> Pick | None:
        """The choice that was tapped, or typed by its number or its label in the list offered last."""
        if update.kind == "choice":
            return Pick.parse(update.choice)
        words = update.text.strip().strip("。.!！").lower()
        named = [label.lower() for label in labels]
        if update.kind == "text" and words in named:
            return Pick.parse(offered[named.index(words)])
        number = re.fullmatch(r"\s*[(（]?([1-9][0-9]?)[)）.、]?\s*", update.text) if update.kind == "text" else None
        if number and int(number.group(1)) <= len(offered):
            return Pick.parse(offered[int(number.group(1)) - 1])
        return None

    def named_case(self, update: Update) -> tuple[int, str]:
        """The number of the case that the words begin with, 0 for none, and the rest of them."""
        if update.kind != "text":
            return 0, update.text
        number, begin = shortcuts.leading_case(self._matcher.fold(update.text))
        return number, update.text[begin:]

    def make(self, update: Update, picked: Pick | None, view: CaseView | None, masked: int, now: datetime) -> Turn:
        """The turn. `now` is local."""
        if picked:
            return Turn("pick", pick=picked, sent_at=update.sent_at)
        if update.kind == "choice":
            return self._command(update)
        if update.kind in ("start", "follow"):
            return Turn("start", sent_at=update.sent_at)
        if update.kind == "other":
            key = (
                f"exhibit.{update.note}" if self._dialog.texts.has(f"exhibit.{update.note}") else "exhibit.unsupported"
            )
            return Turn("other", note=key, sent_at=update.sent_at)
        return self._words(update, view, masked, now)

    def _command(self, update: Update) -> Turn:
        """A menu entry of the channel stands for an intent; a choice that is none of ours for nothing."""
        intent = self._dialog.guide.commands.get(update.choice.removeprefix("cmd."), "")
        if intent:
            return Turn("words", text=update.choice, intent=intent, confidence=1.0, sent_at=update.sent_at)
        return Turn("other", note="choice.gone", sent_at=update.sent_at)

    def _words(self, update: Update, view: CaseView | None, masked: int, now: datetime) -> Turn:
        if not update.text.strip():
            kept = bool(update.attachments)
            return Turn("words" if kept else "other", note="" if kept else "exhibit.empty", sent_at=update.sent_at)
        intent = self._dialog.guide.phrases.get(self._matcher.fold(update.text).strip().strip("。.!?？ "))
        if intent and update.kind == "text":
            return Turn(
                "words", update.text, intent, (), 1.0, folded=self._matcher.fold(update.text), sent_at=update.sent_at
            )
        shortcut = shortcuts.pick(self._dialog.guide, view.no, self._matcher.fold(update.text)) if view else None
        if shortcut and update.kind == "text":
            return Turn("pick", pick=shortcut, sent_at=update.sent_at)
        understood = self._matcher.understand(update.text, now=now, expected=self._dialog.expected(view))
        forwarded = update.kind == "forward"
        meant = self._meant(understood.intent, understood.secondary, self._matcher.fold(update.text))
        return Turn(
            kind="words",
            text="" if forwarded else update.text[:READ_LIMIT],
            intent="" if forwarded or not meant else meant[0],
            secondary=() if forwarded else tuple(meant[1:]),
            confidence=understood.confidence,
            entities=()
            if forwarded
            else tuple(Entity(entity.type, entity.value, entity.text) for entity in understood.entities),
            signs=understood.signs,
            sent_at=update.sent_at,
            masked=masked,
            long=len(update.text) > READ_LIMIT,
            folded="" if forwarded else self._matcher.fold(update.text[:READ_LIMIT]),
        )

    def _meant(self, intent: str, secondary: Sequence[str], folded: str) -> list[str]:
        """The intents without those that would do harm by mistake and whose words are not there."""
        guide = self._dialog.guide
        besides = {**guide.only_with, **guide.besides_with}
        meant = [one for one in (intent,) if one not in guide.only_with or _says(folded, guide.only_with[one])]
        return meant + [one for one in secondary if one not in besides or _says(folded, besides[one])]

    def language(self, turn: Turn, now: str) -> str:
        """The language of the words, seen from the one supposed `now`; that one where the words do not tell."""
        text, folded = turn.text, turn.folded
        chinese = HAN.findall(text)
        if len(chinese) >= FEW:
            traditional = sum(one != other for one, other in zip(text, folded, strict=False) if HAN.match(one))
            if traditional or now.startswith("zh"):
                return "zh-Hant" if traditional else now
            return self._dialog.texts.languages[0]
        words = len(LATIN.findall(text)) + text.rstrip().endswith("?")  # a question says more than a name in letters
        return "en" if not chinese and words > FEW else now

    def begins_anew(self, turn: Turn) -> bool:
        """Does a turn after a case was closed begin another matter?"""
        return turn.kind != "pick" and not (turn.kind == "words" and turn.intent in CHAT)

    def is_greeting(self, turn: Turn) -> bool:
        """Is it a start without any matter yet?"""
        if turn.signs:
            return False
        return turn.kind == "start" or (turn.kind == "words" and bool(turn.intent) and turn.intent in GREETINGS)


def _says(folded: str, words: Sequence[str]) -> bool:
    return any(word in folded for word in words)
