"""A merchant with a trouble, facts, a temper and a phone: what they do next, given what they read."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from bot.messages import OutgoingMessage
from dialogs.guide import Guide, Slot

WAYS_ROUND = ("!unknown", "!skip", "!unavailable")


@cache
def words() -> Mapping[str, Any]:
    """What merchants say."""
    loaded: Mapping[str, Any] = yaml.safe_load((Path(__file__).parent / "words.yaml").read_text("utf-8"))
    return loaded


@dataclass(frozen=True, slots=True)
class Temper:
    """How often, of a hundred, this one does each of these."""

    taps: int
    ignorant: int
    angry: int
    chatty: int
    asks: int
    old_buttons: int
    photos: int
    pauses: int
    patience: int


@dataclass
class Move:
    """What the merchant does: a line for the terminal, which question it answers ("" for none), how, and which slots it
    gives which canonical value."""

    line: dict[str, Any]
    answers: str = ""
    how: str = ""
    tells: Mapping[str, str] = field(default_factory=dict)


@dataclass
class Merchant:
    """One person. `next_move` is asked after every answer; what was read is handed over by `reads`."""

    seed: int
    guide: Guide
    photo: str
    dice: random.Random = field(init=False)
    problem: str = field(init=False)
    facts: dict[str, str] = field(init=False)
    amount: str = field(init=False)
    temper: Temper = field(init=False)
    ending: str = field(init=False)
    replies: Sequence[OutgoingMessage] = ()
    seen: list[str] = field(default_factory=list)
    moves: int = 0
    ended: bool = False
    corrected: bool = False

    def __post_init__(self) -> None:
        dice = self.dice = random.Random(self.seed)
        self.problem = dice.choice(tuple(self.guide.problems))
        days = dice.choice((2, 3, 4, 5, 8, 12, 20))
        amount = dice.choice((800, 1280, 3000, 3860, 5600, 18000, 32000, 96000))
        self.amount = str(amount)
        self.facts = {
            "amount": dice.choice(
                (str(amount), f"{amount}元", f"{amount / 10000:g}万" if amount >= 10000 else str(amount))
            ),
            "days": "两三四五六七八九十"[min(days, 9) - 2] if dice.random() < 0.5 and days < 10 else str(days),
            "when": dice.choice(("昨天", "前天", "上周五", "11月20号", "大前天")),
            "company": dice.choice(words()["companies"]),
            "response_code": dice.choice(("05", "51", "91", "14", "96")),
            "merchant_no": f"8985{dice.randrange(10**10, 10**11)}",
            "terminal_no": str(dice.randrange(10_000_000, 99_999_999)),
            "reference_no": str(dice.randrange(10**11, 10**12)),
        }
        self.temper = Temper(
            taps=dice.randint(20, 90),
            ignorant=dice.randint(0, 25),
            angry=dice.randint(0, 8),
            chatty=dice.randint(0, 8),
            asks=dice.randint(0, 12),
            old_buttons=dice.randint(0, 4),
            photos=dice.choice((0, 10, 40)),
            pauses=dice.choice((0, 0, 4)),
            patience=dice.randint(8, 24),
        )
        self.ending = dice.choice(("packet", "settled"))

    def reads(self, replies: Sequence[OutgoingMessage]) -> None:
        """Take in what was answered."""
        if replies:
            self.replies = replies
        self.seen += [choice.id for reply in replies for choice in reply.choices]

    def next_move(self) -> Move:
        """What is done next."""
        self.moves += 1
        if self.moves == 1:
            return self._opens()
        for move in (self._ends, self._wanders, self._answers_question, self._goes_on):
            if (made := move()) is not None:
                return made
        return self._says(self._one("go_on"))

    # the parts of a move

    def _opens(self) -> Move:
        if self._chance(self.temper.photos // 4):
            return Move({"file": self.photo, "caption": ""}, how="photo")
        if self._chance(10):
            return self._says(self.dice.choice(("你好", "在吗", "有人吗")))
        return self._tells_trouble()

    def _tells_trouble(self) -> Move:
        stories = words()["stories"].get(self.problem, ())
        said = self.dice.choice(stories if stories and self._chance(40) else words()["opens"][self.problem])
        tells = {"problem": self.problem}
        if "{amount}" in said and self.problem in self.guide.slots["amount"].problems:
            tells["amount"] = self.amount
        if "{company}" in said:
            tells["company"] = self.facts["company"]
        return Move({"text": said.format_map(self.facts)}, how="opening", tells=tells)

    def _ends(self) -> Move | None:
        """Patience is over or all is done: the packet, or the news that it is settled."""
        keys = [reply.key for reply in self.replies]
        if self.moves < self.temper.patience and "ask.outcome" not in keys:
            return None
        if self.ending == "packet":
            recipient = next((choice.id for choice in self._choices() if ":!packet=" in choice.id), "")
            return (
                Move({"choice": recipient}, how="packet")
                if recipient
                else self._says(self._one("wants_packet"), "packet")
            )
        solved = next((choice.id for choice in self._choices() if choice.id.endswith(":outcome=solved")), "")
        if solved and self._chance(50):
            return Move({"choice": solved}, answers="outcome", how="tap")
        return self._says(self._one("settled"), "settled")

    def _wanders(self) -> Move | None:
        """Anything but the answer."""
        temper = self.temper
        if self._question() == "problem" and self.moves <= 3:
            return self._tells_trouble()
        if self._chance(temper.angry):
            return self._says(self._one("anger"), "anger")
        if self._chance(temper.chatty):
            return self._says(self._one("chatter"), "chatter")
        if self._chance(temper.asks):
            return self._says(self._one("asks"), "asks")
        if self._chance(2):
            return self._says(self._one("scam"), "scam")
        if self._chance(4):
            return self._says(self._one("attempts"), "attempt")
        if self._chance(1):
            return self._says(self._one("others"), "another matter")
        if self._chance(2):
            return Move({"forward": {"from": "客服小李", "text": self._one("forwards")}}, how="forward")
        if self.seen and self._chance(temper.old_buttons):
            return Move({"choice": self.dice.choice(self.seen)}, how="old button")
        if self._chance(temper.photos // 4):
            return Move({"file": self.photo, "caption": self.dice.choice(("", "小票", "银行流水"))}, how="photo")
        if self._chance(temper.pauses):
            return Move({"advance": f"P{self.dice.choice((1, 3, 9))}D"}, how="pause")
        if not self.corrected and self.moves > 4 and self._chance(6):
            self.corrected = True
            right = self.facts["amount"]
            return self._says(self._one("corrections").format(wrong="九千", right=right), "correction")
        return None

    def _answers_question(self) -> Move | None:
        slot = self.guide.slots.get(self._question())
        if slot is None:
            return None
        choices = [choice.id for choice in self._choices() if f":{slot.name}=" in choice.id]
        round_it = [c.id for c in self._choices() if c.id.partition(":")[2].startswith(WAYS_ROUND)]
        if slot.unknown and self._chance(self.temper.ignorant):
            if round_it and self._chance(50):
                return Move({"choice": round_it[0]}, slot.name, "unknown")
            return self._says(self._one("dont_know"), "unknown", slot.name)
        if slot.name == "problem":
            wanted = next((id_ for id_ in choices if id_.endswith(f"={self.problem}")), "")
            return Move({"choice": wanted}, slot.name, "tap") if wanted else self._tells_trouble()
        if choices and self._chance(self.temper.taps):
            return Move({"choice": self.dice.choice(choices)}, slot.name, "tap")
        said, value = self._words_for(slot)
        if said:
            return Move({"text": said}, slot.name, "words", {slot.name: value} if value else {})
        return Move({"choice": round_it[0]}, slot.name, "unknown") if round_it else None

    def _goes_on(self) -> Move | None:
        choices = [choice.id for choice in self._choices()]
        asked_item = any(reply.key == "ask.item" for reply in self.replies)
        if asked_item and self._chance(self.temper.photos):
            return Move({"file": self.photo, "caption": ""}, how="photo")
        if asked_item and self._chance(30):
            return self._says(self._one("gone"), "unavailable")
        onward = [id_ for id_ in choices if id_.partition(":")[2].startswith(("!next", "!unavailable", "!skip", "!go"))]
        if onward and self._chance(self.temper.taps):
            return Move({"choice": self.dice.choice(onward)}, how="tap")
        return self._says(self._one("go_on"), "go on")

    # words

    def _words_for(self, slot: Slot) -> tuple[str, str]:
        """Words that answer a slot's question, and the value they give where that is one of few."""
        told = words()["tells"].get(slot.name)
        if told is None:
            return "", ""
        if isinstance(told, Mapping):
            value = self.dice.choice([str(value) for value in told])
            return str(self.dice.choice(told[value])), value
        said = self.facts.get({"trade_amount": "amount"}.get(slot.name, slot.name), self.facts["when"])
        if slot.name in words()["values"]:
            said = str(self.dice.choice(words()["values"][slot.name]))
        meant = {"amount": self.amount, "company": said, "response_code": said}.get(slot.name, "")
        return str(self.dice.choice(told)).format(value=said), meant

    def _says(self, text: str, how: str = "", answers: str = "") -> Move:
        return Move({"text": text}, answers, how)

    def _one(self, name: str) -> str:
        return str(self.dice.choice(words()[name]))

    def _chance(self, percent: int) -> bool:
        return self.dice.random() * 100 < percent

    def _question(self) -> str:
        """The slot that the last message asks for; "" for none."""
        key = self.replies[-1].key if self.replies else ""
        name = key.removeprefix("ask.")
        return name if name in self.guide.slots else ""

    def _choices(self) -> Sequence[Any]:
        return [choice for reply in self.replies for choice in reply.choices]
