"""Answers to what only a letter asks: names, addresses, telephone numbers, own words. What does not fit is said so."""

import re
from collections.abc import Callable, Mapping

from dialogs import days, letters, sections, wordlists
from dialogs.draft import Draft
from dialogs.guide import Slot
from dialogs.recap import item_words

SURE = 0.8
HALF_SURE = 0.5  # enough to take words for what the company answered, and not for a name
NAME_LIMIT = 80
STORY_LIMIT = 500
SHORT_STORY = 6  # characters that can be a story
PHONE = re.compile(
    r"(?<![\d-])(?:(?:\+?86-?)?(?P<mobile>1[3-9]\d-?\d{4}-?\d{4})|0\d{2,3}-?\d{7,8}|[48]00-?\d{3}-?\d{4}|[48]00-?\d{4}-?\d{3}"
    r"|\+(?!86)\d{8,14})(?![\d-])"
)
SOME_NUMBER = re.compile(r"\d{5}")  # in no name
NO_NAMES = ("time", "duration", "amount", "rate")
LETTER = re.compile(r"[^\W\d_]")
ADDRESS = re.compile(r"[省市区县镇乡村街路道巷].*[\d一二三四五六七八九十]+ ?(?:号|弄|栋|幢|室|楼|层|铺)")
PLACES = ("company_address", "merchant_address", "place")
NAME_LEAD = re.compile(
    r"^(?:我们?的?|本)?(?:人|店|店名|公司|公司全称|全称|姓名|名字|地址)?(?<=.)(?:[是叫在][：:]?|[：:])\s*"
)
NO_NAME = re.compile(r"不是|不对|错了")  # that is a correction of something else
CONTROL = ("skip", "dont_know", "go_back", "pause", "restart", "correct_answer", "ask_human", "new_case", "delete_data",
           "stop_reminders", "switch_language", "ask_status", "ask_help", "ask_letter", "complaint_about_bot",
           "ask_why", "ask_reminder", "ask_packet", "ask_privacy", "illicit_request", "check_fee", "check_licence",
           "check_settlement")  # fmt: skip


def answer(draft: Draft) -> bool:
    """Take the words as they stand as the answer to a question that only a letter asks. False where they are a wish."""
    slot = draft.asked_slot
    if slot is None or slot.kind not in READERS or _is_wish(draft, slot):
        return False
    text = draft.turn.text.strip()
    if slot.kind == "name" and (other := _title(draft, text)):
        letters.write(draft, other)
        draft.handled = True
        return True
    value = READERS[slot.kind](text)
    if not _fits(draft, slot, value, text):
        draft.say(f"unfit.{slot.kind}", {"value": text, "label": draft.text(f"label.{slot.name}")})
        sections.ask_slot(draft, slot)
        draft.handled = draft.quiet = True
        return True
    if not value:
        return False
    before = draft.words_of(slot.name)
    draft.set_fact(slot.name, value)
    draft.filled.clear()
    if before and before != value and not draft.position.letter:
        draft.say("corrected", {"label": draft.text(f"label.{slot.name}"), "old": before, "new": value})
    if not draft.position.letter:
        draft.place(asked="")
    draft.handled = True
    if slot.kind == "story" and days.take_day_of_story(draft):
        draft.say("understood", {"items": item_words(draft, "since")})
    return True


def change(draft: Draft, slot: Slot) -> bool:
    """Take the telephone number in a correction that names no other thing. False where there is none."""
    before, number = draft.words_of(slot.name), _read_phone(draft.turn.text)
    if slot.kind != "phone" or not number or number == before:
        return False
    draft.set_fact(slot.name, number)
    draft.filled.clear()
    params = {"label": draft.text(f"label.{slot.name}"), "old": before, "new": number}
    draft.say("corrected", params, [draft.undo_button()])
    return True


def _title(draft: Draft, text: str) -> str:
    """The other letter whose name the words are and nothing more; "" for none."""
    found = (one for one in draft.guide.letters.values() if text in (*one.words, draft.text(f"letter.{one.id}")))
    other = next(found, None)
    return other.id if other is not None and other.id != draft.position.letter.removesuffix(letters.SHORT) else ""


def _fits(draft: Draft, slot: Slot, value: str, text: str) -> bool:
    """May the value stand in a letter? A number is no name, a kind of merchant is no shop; a telephone number has
    the form of one."""
    if slot.kind == "phone":
        return bool(value) or not SOME_NUMBER.search(text)
    if slot.kind != "name" or not value:
        return True
    kinds = draft.guide.slots["merchant_type"]
    types = {
        *(draft.value_words(kinds.name, one) for one in kinds.values),
        *(w for ws in kinds.words.values() for w in ws),
    }
    types |= {one.text for one in draft.turn.entities if one.type in NO_NAMES}
    if value in types or not LETTER.search(value):
        return False
    return slot.name in PLACES or not SOME_NUMBER.search(value)


def _is_wish(draft: Draft, slot: Slot) -> bool:
    """Do the words want something instead of answering?"""
    turn = draft.turn
    if turn.plain.strip().strip("。.!！") in draft.guide.phrases:
        return True
    if slot.name in PLACES and ADDRESS.search(turn.text):
        return False
    if slot.kind == "story" and len(turn.text) > STORY_LIMIT // 20:
        return False
    if slot.kind == "phone" and _read_phone(turn.text) and len(turn.text) <= 2 * len(_read_phone(turn.text)):
        return False
    if slot.kind == "name" and wordlists.says((*draft.guide.question_words, *draft.guide.still_words), turn.plain):
        return True
    if "correct_answer" in turn.intents:
        return True
    if slot.kind == "name" and turn.intent in draft.guide.results and turn.confidence >= HALF_SURE:
        return True  # what they answered is no name
    if turn.confidence < SURE:
        return False
    return turn.intent in CONTROL or (turn.intent in draft.guide.jumps and turn.intent != "resolved")


def _read_name(text: str) -> str:
    name = NAME_LEAD.sub("", text).strip('。.，, “”"')
    return name if 2 <= len(name) <= NAME_LIMIT and "\n" not in name and not NO_NAME.match(name) else ""


def _read_phone(text: str) -> str:
    found = PHONE.search(text.replace(" ", ""))
    if found is None:
        return ""
    return found["mobile"].replace("-", "") if found["mobile"] else found.group()


def _read_story(text: str) -> str:
    if len(text) <= STORY_LIMIT:
        return text if len(text) >= SHORT_STORY else ""
    cut = text[:STORY_LIMIT]
    end = max(cut.rfind(mark) for mark in "。！？!?；;\n")
    return cut[: end + 1] if end > 0 else cut


READERS: Mapping[str, Callable[[str], str]] = {"name": _read_name, "phone": _read_phone, "story": _read_story}
