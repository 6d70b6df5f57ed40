"""Writing letters: may this case use one, what does it still lack, the letter itself. What is missing is asked for."""

import re
from datetime import timedelta

from dialogs import drafting, guards, wordlists
from dialogs.draft import Draft
from dialogs.guide import Slot
from dialogs.letter_forms import Letter
from dialogs.outcome import Button

SHORT = ".short"
WRITTEN = "letter:"  # marks in what was shown that a letter was handed over
NONE = "none"  # in place of a letter: none after all
SHORT_LIMIT = 500  # characters that web forms commonly take
MOST_BUTTONS = 4
LONGEST_WISH = 30
STORY = "what_happened"
STORY_OLD = "story_old"  # marks that a number was corrected after the story was told
STORY_SHOWN = 40  # characters of it that are shown
WRITE = re.compile(r"写(?![了过])")


def write(draft: Draft, name: str) -> None:
    """Write a letter into the replies; say why it is not for this case, or ask for what it lacks."""
    name = draft.guide.renames.get(name, name)
    if name == NONE:
        draft.place(letter="", asked="")
        draft.say("letter.dropped")
        return
    letter = draft.guide.letters.get(name.removesuffix(SHORT))
    if letter is None or (name.endswith(SHORT) and not has_short(draft, letter.id)):
        draft.say("choice.gone")
    elif _refuse(draft, letter):
        return
    elif lacking := _lacking(draft, letter):
        draft.place(letter=name)
        labels = draft.listed(draft.text(f"label.{slot.name}") for slot in lacking)
        draft.say("letter.missing", {"letter": draft.text(f"letter.{letter.id}"), "missing": labels})
    else:
        _hand_over(draft, name)


def resume(draft: Draft) -> Slot | None:
    """Go on with the letter that was wanted: give the next thing to ask for it, or hand it over."""
    name = draft.position.letter
    letter = draft.guide.letters.get(name.removesuffix(SHORT))
    if letter is None or _refuse(draft, letter):
        return None
    lacking = _lacking(draft, letter)
    given_up = next((slot for slot in lacking if slot.name == draft.asked and _was_asked(draft, slot)), None)
    if given_up:
        draft.place(letter="", asked="")
        params = {"missing": draft.text(f"label.{given_up.name}"), "letter": draft.text(f"letter.{letter.id}")}
        draft.say("letter.lacks", params, [button_of(draft, letter)])
        return None
    if not lacking:
        _hand_over(draft, name)
        draft.aside = True
        return None
    fact = draft.view.facts.get(lacking[0].name)
    if fact is not None and fact.state == "read":
        value = draft.value_words(lacking[0].name, fact.value)
        draft.say("letter.read", {"label": draft.text(f"label.{lacking[0].name}"), "value": value})
    return lacking[0]


def _refuse(draft: Draft, letter: Letter) -> bool:
    """Say why the letter is not for this case. False when it is, or nothing is known of the case yet."""
    if not draft.view.problem or guards.holds(letter.when, draft.guide, draft.view):
        return False
    draft.place(letter="")
    draft.say(f"letter.not.{letter.id}", buttons=buttons(draft, letter.id))
    return True


def choose(draft: Draft) -> None:
    """Write the letter whose words were said, else offer those there are to choose from."""
    named = _named(draft)
    if named:
        write(draft, named)
    else:
        offer(draft)


def wish(draft: Draft) -> bool:
    """Take a few words that name a letter and ask for its writing as a wish for it, whatever else they seem to mean."""
    text = draft.turn.plain
    asks = WRITE.match(text) or wordlists.says(draft.guide.writing, text)
    if not asks or len(text) > LONGEST_WISH or not _named(draft):
        return False
    choose(draft)
    draft.handled = True
    return True


def _named(draft: Draft) -> str:
    """The letter that most of the words name; "" for none."""
    said = draft.turn.plain
    scores = {
        one.id: sum(len(word) for word in one.words if wordlists.position(word, said) >= 0)
        for one in draft.guide.letters.values()
    }
    most = max(scores.values())
    best = [one for one, score in scores.items() if score == most and most]
    fitting = [one for one in best if guards.holds(draft.guide.letters[one].when, draft.guide, draft.view)]
    return next(iter(fitting or best), "")


def offer(draft: Draft) -> None:
    """All letters of use in this case, to choose from; those of the section first."""
    fitting = [letter for letter in draft.guide.letters.values() if _fits(draft, letter)]
    fitting.sort(key=lambda letter: draft.view.section not in letter.sections)
    draft.say("letter.which", buttons=[button_of(draft, letter) for letter in fitting])
    draft.quiet = True


def buttons(draft: Draft, but: str = "") -> list[Button]:
    """The letters to offer in the section, at most a few; the others behind one button more."""
    fitting = [one for one in draft.guide.letters.values() if one.id != but and _fits(draft, one)]
    here = [letter for letter in fitting if draft.view.section in letter.sections]
    shown = here[:MOST_BUTTONS]
    more = [draft.button("!letters", "", "button.letters")] if len(fitting) > len(shown) else []
    return [*(button_of(draft, letter) for letter in shown), *more]


def confirm(draft: Draft, name: str) -> None:
    """What was read from a picture is right."""
    fact = draft.view.facts.get(name)
    if fact is None or fact.state != "read":
        draft.say("choice.gone")
        return
    draft.set_fact(name, fact.value, "confirmed")
    draft.filled.clear()


def pick_date(draft: Draft, value: str) -> None:
    """Take a date that was offered: <slot>.<date>."""
    name, _, day = value.partition(".")
    slot = draft.guide.slots.get(name)
    if slot is None or not slot.days or not re.fullmatch(r"\d{4}-\d\d-\d\d", day) or day < str(draft.now.date()):
        draft.say("choice.gone")
        return
    draft.set_fact(name, day)
    draft.filled.clear()


def body(draft: Draft, name: str) -> str:
    """The letter's text as it stands now; in the guide's first language, which those it goes to read."""
    draft = Draft(draft.guide, draft.machine, draft.texts, draft.texts.languages[0], draft.view, draft.turn)
    letter = draft.guide.letters[name.removesuffix(SHORT)]
    values = drafting.values(draft, letter)
    if not name.endswith(SHORT):
        return _render(draft, name, values)
    for left_out in ({}, {"own": ""}, {"own": "", "details": values["details"][:2]}, _SHORTEST):
        text = _render(draft, name, {**values, **left_out})
        if len(text) <= SHORT_LIMIT:
            return text
    return text[:SHORT_LIMIT]


_SHORTEST = {"own": "", "details": [], "chronology": []}


def story(draft: Draft) -> str:
    story = draft.view.value(STORY)
    return story if len(story) <= STORY_SHOWN else story[:STORY_SHOWN] + "…"


def has_short(draft: Draft, name: str) -> bool:
    """Is there a version for web forms?"""
    return name + SHORT in draft.texts.letters(draft.texts.languages[0])


def _render(draft: Draft, name: str, values: dict[str, object]) -> str:
    return re.sub(r"\n{3,}", "\n\n", draft.texts.letter(draft.language, name, values))


def _hand_over(draft: Draft, name: str) -> None:
    """The letter as a message of its own, to be copied, then what to mind."""
    letter = draft.guide.letters[name.removesuffix(SHORT)]
    text = body(draft, name)
    draft.place(letter="", asked="" if draft.position.letter else draft.asked)
    draft.letters.append((name, text))
    draft.show(WRITTEN + name)
    draft.say("letter.text", {"text": text})
    more = []
    if has_short(draft, letter.id) and not name.endswith(SHORT):
        more.append(draft.button("!letter", letter.id + SHORT, "button.letter.short"))
    notes = "\n".join(_notes(draft, letter, short=name.endswith(SHORT)))
    if _tells_old_story(draft, letter):
        more.append(draft.button("!change", STORY, "button.story"))
    draft.say("letter.ready", {"letter": draft.text(f"letter.{letter.id}"), "notes": notes}, more)


def _notes(draft: Draft, letter: Letter, *, short: bool) -> list[str]:
    found = drafting.left_out(draft, {*letter.needs, *letter.wants})
    notes = []
    if found["dropped"]:
        kinds = draft.listed(draft.text(f"letter.tone.{kind}") for kind in found["kinds"])
        notes.append(draft.text("letter.tone", {"kinds": kinds, "dropped": "\n".join(found["dropped"])}))
    read = [name for name, fact in draft.view.facts.items() if fact.state == "read" and name in draft.guide.slots]
    if read:
        labels = draft.listed(draft.text(f"label.{name}") for name in read)
        notes.append(draft.text("letter.unconfirmed", {"labels": labels}))
    if draft.language != draft.texts.languages[0]:
        notes.insert(0, draft.text("letter.in_chinese", {"gist": draft.text(f"letter.gist.{letter.id}")}))
    if _tells_old_story(draft, letter):
        notes.insert(0, draft.text("letter.story_old", {"story": story(draft)}))
    if short:
        return [*notes, draft.text("letter.limits.short")]
    notes += [draft.text(note.key) for note in letter.notes if guards.holds(note.when, draft.guide, draft.view)]
    return [*notes, draft.text(f"letter.limits.{letter.id}")]


def _tells_old_story(draft: Draft, letter: Letter) -> bool:
    return STORY_OLD in draft.position.shown and STORY in (*letter.needs, *letter.wants)


def _lacking(draft: Draft, letter: Letter) -> list[Slot]:
    """What the letter still has to ask, in order: what it needs, then what it wants and nobody was asked for yet."""
    slots = draft.guide.slots
    needs = [slots[name] for name in letter.needs if not _known(draft, slots[name])]
    wants = [slots[name] for name in letter.wants if not _known(draft, slots[name])]
    asked = [slot for slot in wants if not _was_asked(draft, slot)]
    return [slot for slot in (*needs, *asked) if draft.applies(slot)]


def _known(draft: Draft, slot: Slot) -> bool:
    value = drafting.claimed(draft) if slot.name == "amount" else drafting.value(draft, slot.name)
    if slot.days and value[:10] <= str(draft.now.date()):
        return False  # a date to wait for that is over
    return bool(value)


def _was_asked(draft: Draft, slot: Slot) -> bool:
    """Was it asked, and the answer was that it is not known? What was read from a picture is still to be confirmed."""
    fact = draft.view.facts.get(slot.name)
    return slot.name in draft.position.skipped or (fact is not None and fact.state == "unknown")


def first_buttons(draft: Draft, slot: Slot) -> list[Button]:
    """What was read from a picture, to be confirmed; and the dates that a slot offers."""
    fact = draft.view.facts.get(slot.name)
    read = fact is not None and fact.state == "read"
    found = [draft.button("!confirm", slot.name, "button.confirm")] if read else []
    for days in slot.days:
        day = str(draft.now.date() + timedelta(days=days))
        words = {"date": draft.texts.date_words(draft.language, day, draft.now), "days": str(days)}
        found.append(draft.button("!date", f"{slot.name}.{day}", "button.day", words))
    return found


def last_buttons(draft: Draft) -> list[Button]:
    """The way out of the questions for a letter."""
    return [draft.button("!letter", NONE, "button.letter.none")] if draft.position.letter else []


def _fits(draft: Draft, letter: Letter) -> bool:
    """May the case use the letter, and is it one to offer?"""
    return all(guards.holds(condition, draft.guide, draft.view) for condition in (letter.when, letter.offered))


def button_of(draft: Draft, letter: Letter) -> Button:
    return draft.button("!letter", letter.id, f"button.letter.{letter.id}")
