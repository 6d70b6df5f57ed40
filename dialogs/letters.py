"""Letters, descriptions and call scripts from what is known of the case; what is missing is asked for."""

from typing import Any

from dialogs.draft import Draft
from dialogs.texts import when


def write(draft: Draft, name: str) -> None:
    """Write a letter into the replies; where something it needs is not known, say so and offer to ask for it."""
    letter = draft.guide.letters[name]
    missing = [slot for slot in letter.needs if not draft.view.value(slot)]
    if missing:
        names = "、".join(draft.text(f"label.{slot}") for slot in missing)
        draft.say(
            "letter.missing",
            {"missing": names, "letter": draft.text(f"letter.{name}")},
            [draft.button("!ask", slot, f"label.{slot}") for slot in missing],
        )
        return
    draft.say("letter.ready", {"letter": draft.text(f"letter.{name}"), "text": body(draft, name)})


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
