"""Things that were sent: which item of the checklist each serves, and what is said of it."""

import re
from dataclasses import replace

from dialogs import guards, progress, sections, shelf, wordlists
from dialogs.draft import Draft
from dialogs.guide import Guide, Item
from dialogs.outcome import Button
from dialogs.turn import Incoming, Turn
from dialogs.view import CaseView, Exhibit

SHORTEST = 8  # characters of plain text that can be an item of evidence
LONGEST_NAME = 12  # characters in which people say what a picture is
MOST_CHOICES = 8
LONGEST_TELLING = 30
OWN_WORDS = re.compile("我(?![行司院局部所])")  # what a notice says of its sender, people do not say of themselves
HAVE = re.compile(
    r"(?:我|我们|店里|现在|目前|家里|这里|这边|手上|手里|都|还|也|就)*"
    r"(?:没有了[,， ]?就|就|只有|只剩|只|有|留着|留了|存着|存了|保存了|拍了|录了|截了)(?!人|没有)|"
    r"i (?:still )?(?:have|kept|saved) "
)
HAVE_AFTER = re.compile(r"(?:都有|都在|都留着|还留着|还在|都存着)[的呢啊了]*[。.!！]?$")


def take(draft: Draft) -> None:
    """Say of everything that came along what became of it, and give it the item it serves."""
    if draft.turn.album:
        draft.quiet = draft.turn.album == draft.position.album  # its first part was followed by the guide's question
        draft.place(album=draft.turn.album)
    kept = []
    before = progress.count(draft.guide, draft.view)
    for incoming in draft.turn.incoming:
        draft.handled = True
        if incoming.refused:
            draft.say(f"exhibit.refused.{incoming.refused}")
        elif incoming.same_as:
            draft.say("exhibit.same", {"no": str(incoming.same_as)})
        else:
            item = incoming.item or _item_for(draft, incoming)
            kept.append((incoming, item))
    for incoming, item in kept:
        draft.assign(Exhibit(incoming.no, incoming.kind, item))
    if len(kept) > 1:
        _say_many(draft, kept)
    elif kept:
        _say_one(draft, *kept[0])
    for incoming in draft.turn.incoming:
        if incoming.note and not incoming.refused:
            draft.say(f"exhibit.note.{incoming.note}")
    if kept and progress.count(draft.guide, draft.view) > before and draft.view.section != "evidence":
        draft.say("progress.now", {"progress": progress.words(draft)})


def text_item(guide: Guide, view: CaseView, turn: Turn) -> str:
    """The item of the checklist that the words themselves are, when it was asked for and they are nothing else."""
    item = guide.items.get(view.position.asked.removeprefix("item:"))
    if item is None or "text" not in item.kinds or turn.kind != "words" or len(turn.text.strip()) < SHORTEST:
        return ""
    if OWN_WORDS.search(turn.plain) or wordlists.asks(guide.question_words, turn.plain):
        return ""
    return item.id if turn.intent == "out_of_scope" or turn.confidence < 0.5 else ""


def name(draft: Draft) -> bool:
    """Take a few words as the name of the newest exhibit that is not sorted yet. True when they are one."""
    words = draft.turn.text.strip()
    longest = LONGEST_NAME * (2 if words.isascii() else 1)
    unsorted = [exhibit for exhibit in draft.view.exhibits if not exhibit.item]
    if not unsorted or not 0 < len(words) <= longest:
        return False
    item = _named(draft, words) or _named(draft, draft.turn.plain.strip())
    if not item:
        return False
    sort(draft, max(exhibit.no for exhibit in unsorted), item)
    return True


def named(draft: Draft) -> bool:
    """Take words that say which item an exhibit is ("证据 2 是银行流水"). False where they are others."""
    number, words = shelf.said_to_be(draft)
    longest = LONGEST_NAME * (2 if words.isascii() else 1)
    item = _named(draft, words) if 0 < len(words) <= longest else ""
    if not item:
        return False
    sort(draft, number, item)
    draft.handled = draft.aside = True
    return True


def told(draft: Draft) -> bool:
    """Words that say that items of evidence are at hand: ask for the first. True when they do."""
    plain = draft.turn.plain.strip()
    found, after = HAVE.match(plain), HAVE_AFTER.search(plain)
    if not (found or after) or not draft.view.problem or len(draft.turn.text) > LONGEST_TELLING:
        return False
    if wordlists.asks(draft.guide.question_words, plain):
        return False
    rest = plain[found.end() :] if found else plain
    checklist = guards.checklist(draft.guide, draft.view)
    order = dict.fromkeys((*checklist, *draft.guide.items))
    items = [item for item in order if wordlists.says(draft.guide.items[item].words, rest)]
    items = [item for item in items if item in checklist] or items
    if not items:
        return False
    draft.say("item.have", {"items": draft.listed(draft.text(f"item.{item}") for item in items)})
    sections.ask_item(draft, items[0])
    draft.quiet = True
    return True


def sort(draft: Draft, number: int, item: str) -> None:
    """Give an exhibit the item it serves, or offer the items when none is given."""
    exhibit = shelf.find(draft, str(number))
    if exhibit is None:
        return
    if item and item not in draft.guide.items:
        draft.say("choice.gone")
    elif not item:
        draft.say("exhibit.sort", {"no": str(number)}, _choices(draft, number, exhibit.kind, exhibit.item))
        draft.quiet = True
    else:
        draft.assign(replace(exhibit, item=item))
        draft.say("exhibit.sorted", {"no": str(number), "item": draft.text(f"item.{item}")}, [draft.undo_button()])


def _say_one(draft: Draft, incoming: Incoming, item: str) -> None:
    params = {
        "no": str(incoming.no),
        "kind": draft.text(f"kind.{incoming.kind}"),
        "hash": incoming.sha256,
        "head": incoming.head,
        "reading": _reading(draft, [incoming]),
        "stored": draft.text("exhibit.words_masked" if _was_masked(draft, incoming) else "exhibit.as_it_came"),
        "item": draft.text(f"item.{item}") if item else draft.text("exhibit.other"),
    }
    if incoming.kind == "voice":
        draft.say("exhibit.voice", params)
    elif not incoming.sha256:
        draft.say("exhibit.fetching", params)
    elif item:
        draft.say("exhibit.kept", params, [draft.button("!sort", str(incoming.no), "button.sort")])
    else:
        draft.say("exhibit.kept_unsorted", params, _choices(draft, incoming.no, incoming.kind, ""))


def _say_many(draft: Draft, kept: list[tuple[Incoming, str]]) -> None:
    """Several things sent at once are one message."""
    lines = [
        draft.text(
            "exhibit.line",
            {
                "no": str(incoming.no),
                "item": draft.text(f"item.{item}") if item else draft.text("exhibit.other"),
                "kind": draft.text(f"kind.{incoming.kind}"),
                "hash": incoming.sha256,
            },
        )
        for incoming, item in kept
    ]
    buttons = [
        draft.button("!sort", str(incoming.no), "button.sort_no", {"no": str(incoming.no)})
        for incoming, _ in kept[:MOST_CHOICES]
    ]
    params = {
        "count": str(len(kept)),
        "list": "\n".join(lines),
        "head": next((one.head for one, _ in reversed(kept) if one.head), ""),
        "reading": _reading(draft, [one for one, _ in kept]),
    }
    draft.say("exhibit.kept_many", params, buttons)


def _was_masked(draft: Draft, incoming: Incoming) -> bool:
    """Are its bytes the words of this turn, of which something was hidden before they were kept?"""
    return draft.turn.masked > 0 and incoming.kind in ("text", "forward")


def _reading(draft: Draft, incoming: list[Incoming]) -> str:
    """Whether the pictures are read; that they cannot be is said once."""
    if any(one.reading == "due" for one in incoming):
        return draft.text("exhibit.reading")
    if any(one.reading == "no_reader" for one in incoming) and draft.show("no_reader"):
        return draft.text("reading.note.no_reader")
    return ""


def _item_for(draft: Draft, incoming: Incoming) -> str:
    """The item a thing serves: named by its caption, else the one that was asked for. A guess would sort wrongly."""
    named = _named(draft, incoming.caption)
    asked = draft.guide.items.get(draft.asked.removeprefix("item:"))
    if named or incoming.caption or asked is None or not draft.asked.startswith("item:"):
        return named
    return asked.id if incoming.kind in asked.kinds else ""


def _named(draft: Draft, words: str) -> str:
    """The item that the words name: one of the checklist before others."""
    if not words:
        return ""
    first = guards.checklist(draft.guide, draft.view)
    items = [draft.guide.items[item] for item in first]
    items += [item for item in draft.guide.items.values() if item.id not in first]
    return next((item.id for item in items if _names(draft, item, words)), "")


def _names(draft: Draft, item: Item, words: str) -> bool:
    return words == draft.text(f"item.{item.id}") or wordlists.says(item.words, words.lower())


def _choices(draft: Draft, number: int, kind: str, but: str) -> list[Button]:
    """The items that a thing of this kind can be, those still missing first."""
    missing = guards.missing_items(draft.guide, draft.view)
    rest = [item for item in guards.checklist(draft.guide, draft.view) if item not in missing]
    fitting = [item for item in (*missing, *rest) if kind in draft.guide.items[item].kinds and item != but]
    return [draft.button("!sort", f"{number}.{item}", f"item.{item}") for item in fitting[:MOST_CHOICES]]
