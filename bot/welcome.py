"""Whoever has no case yet: which language is spoken with them, and what is said first."""

from dataclasses import replace
from datetime import datetime

from bot.languages import closest
from bot.messages import Choice, Update
from bot.replying import Outgoing
from bot.scene import Scene
from bot.translating import TurnMaker
from dialogs.dialog import Dialog
from dialogs.turn import Pick, Turn
from storage import Work
from storage.records import Conversation, Person

WELCOME = "opening.welcome"


class Welcome:
    """Keeps nothing itself."""

    def __init__(self, dialog: Dialog, turns: TurnMaker) -> None:
        self._dialog = dialog
        self._turns = turns

    def say(self, out: Outgoing) -> None:
        """The first words, and the question what the trouble is."""
        out.say(WELCOME)
        values = self._dialog.guide.slots["problem"].values
        labels = {value: self._dialog.texts.say(out.language, f"problem.{value}") for value in values}
        choices = tuple(Choice(Pick(0, "problem", value).id, label) for value, label in labels.items())
        out.say("ask.problem", choices=choices)

    def enter(self, work: Work, update: Update, now: datetime) -> tuple[Person, Conversation]:
        """Who speaks, and where. The language to begin with is the platform's, where the guide has it."""
        language = closest(update.language, self._dialog.texts.languages)
        return work.people.enter(update.channel, update.conversation, now=now, language=language)

    def choose_language(self, scene: Scene, turn: Turn) -> str:
        """Speak the language asked for, which is returned, else that of the first words."""
        wanted, person = self._dialog.wanted_language(turn), scene.person
        chosen = bool(scene.row.state.get("language"))
        language = wanted or (person.language if chosen else self._turns.language(turn, person.language))
        if wanted:
            scene.row = replace(scene.row, state={**scene.row.state, "language": wanted})
        if language != person.language and language in self._dialog.texts.languages:
            scene.person = replace(person, language=language)
            scene.work.people.save_person(scene.person)
            scene.out.language = language
        return wanted
