"""Letters, descriptions and call scripts from what is known of the case; what is missing is asked for."""

from typing import Any

from dialogs.draft import Draft
from dialogs.texts import when


def write(draft: Draft, name: str) -> None:
    """Write a letter into the replies; where something it needs is not known, say so and keep it in mind."""
    lacking = missing(draft, name)
    title = draft.text(f"letter.{name}")
    if lacking:
        draft.place(letter=name)
        names = "、".join(draft.text(f"label.{slot}") for slot in lacking)
        draft.say("letter.missing", {"missing": names, "letter": title})
    else:
        draft.place(letter="")
        draft.say("letter.ready", {"letter": title, "text": body(draft, name)})


def missing(draft: Draft, name: str) -> list[str]:
    """The slots without which the letter is not written and that are not known."""
    return [slot for slot in draft.guide.letters[name].needs if not draft.view.value(slot)]


def body(draft: Draft, name: str) -> str:
    """The letter's text as it stands now."""
    values: dict[str, Any] = {slot: draft.words_of(slot) for slot in draft.guide.slots}
    values |= {
        "problem_id": draft.view.problem,
        "today": f"{draft.now:%Y年}{draft.now.month}月{draft.now.day}日",
        "attempts": [
            {
                "at": when(attempt.at.astimezone(draft.now.tzinfo), draft.now),
                "result": draft.text(f"value.contact_result.{attempt.result}"),
                "way": attempt.way,
                "number": attempt.number,
                "who": attempt.who,
                "answer": attempt.answer,
                "ticket": attempt.ticket,
            }
            for attempt in draft.view.attempts
        ],
        "exhibits": [
            {"no": exhibit.no, "name": draft.text(f"item.{exhibit.item}") if exhibit.item else exhibit.name}
            for exhibit in draft.view.exhibits
        ],
        "story": _of_problem(draft, "story"),
        "grounds": _of_problem(draft, "grounds"),
        "goal": draft.text(draft.guide.problems[draft.view.problem].goal)
        if draft.view.problem and draft.guide.problems[draft.view.problem].goal
        else "",
    }
    return draft.texts.letter(draft.language, name, values)


def _of_problem(draft: Draft, kind: str) -> str:
    """The text of that kind for the case's problem; "" where there is none."""
    key = f"{kind}.{draft.view.problem}"
    return draft.text(key) if draft.texts.has(key) else ""
