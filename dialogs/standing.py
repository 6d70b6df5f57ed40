"""Where a case stands, and which other matters the person has open."""

from dialogs import guards, ladder
from dialogs.draft import Draft
from dialogs.recap import matter
from dialogs.severity import judge


def status(draft: Draft) -> None:
    """Where the case stands."""
    level, _ = judge(draft.guide, draft.view)
    slots = [slot for slot in draft.guide.slots_of(draft.view.section) if draft.applies(slot)]
    missing = [draft.text(f"label.{slot.name}") for slot in slots if slot.name not in draft.view.facts]
    items = guards.missing_items(draft.guide, draft.view)
    missing += [draft.text(f"item.{item}") for item in items[:3]]
    none = draft.text("status.nothing")
    draft.say(
        "status",
        {
            "no": str(draft.view.no),
            "problem": draft.words_of("problem") or none,
            "section": draft.text(f"section.{draft.view.section}"),
            "severity": draft.text(f"severity.{level}"),
            "missing": draft.listed(missing) or none,
            "exhibits": str(len(draft.view.exhibits)),
            "attempts": str(sum(one.count for one in guards.of_company(draft.guide, draft.view))),
        },
        [draft.button("!change", "", "button.correct"), draft.button("!exhibits", "", "button.exhibits")],
    )
    if draft.view.attempts:
        ladder.show(draft)
    if draft.view.others:
        _list_cases(draft)
    draft.place(told="")


def _list_cases(draft: Draft) -> None:
    """The open cases, one a line, and a button to each of the others."""
    view = draft.view
    own = (view.no, view.problem, view.value("amount"))
    lines = [
        draft.text(
            "case.line.current" if number == view.no else "case.line",
            {"no": str(number), "matter": matter(draft, problem, amount)},
        )
        for number, problem, amount in sorted((own, *view.others))
    ]
    buttons = [
        draft.button("!case", str(number), "case.name", {"no": str(number), "problem": matter(draft, problem, "")})
        for number, problem, _ in view.others
    ]
    draft.say("case.list", {"count": str(len(lines)), "cases": "\n".join(lines)}, buttons)
