"""What a person can ask for at any moment, whatever the question was: one function an intent or tapped action."""

from collections.abc import Callable, Mapping
from datetime import datetime, time, timedelta
from decimal import Decimal

from dialogs import (
    attempts,
    displays,
    drafting,
    handover,
    holder,
    ladder,
    languages,
    letter_answers,
    letters,
    more,
    readings,
    sections,
    sources,
    standing,
    undoing,
    wordlists,
)
from dialogs.draft import Draft
from dialogs.outcome import Planned
from dialogs.recap import item_words

MOST_CHANGES = 12
KIND_WORDS: Mapping[str, tuple[str, ...]] = {
    "time": ("日期", "日子", "时间", "哪天", "几号", "date", "day"),
    "amount": ("金额", "钱数", "数额", "amount"),
    "company": ("公司名", "支付公司", "牌子", "company"),
    "phone": ("电话", "手机号", "号码", "phone"),
}


def human(draft: Draft) -> None:
    """Record the wish for a person. The guide goes on meanwhile."""
    draft.effect("human")
    since = draft.view.human_since
    buttons = [] if since else [draft.undo_button()]
    draft.say("human.again" if since else "human.asked", {"time": draft.when(since or draft.now)}, buttons)


def go_back(draft: Draft) -> None:
    """One question back, across sections too."""
    trail = draft.position.trail
    while trail and trail[-1][1] in ("", draft.asked) and trail[-1][0] == draft.view.section:
        trail = trail[:-1]
    if not trail:
        section = draft.machine.target("go_back", draft.view)
        if section in (draft.view.section, draft.guide.initial):
            draft.say("back.none")
        else:
            sections.enter(draft, section, aloud=False)
        return
    section, asked = trail[-1]
    if section != draft.view.section:
        sections.enter(draft, section, aloud=False)
    draft.place(trail=trail[:-1], asked="")
    reask(draft, asked)
    draft.place(trail=trail[:-1])
    draft.quiet = True


def reask(draft: Draft, asked: str) -> None:
    """Ask the question about this again, whatever is known of it."""
    slot = draft.guide.slots.get(asked)
    if slot is not None:
        sections.ask_slot(draft, slot)
        return
    if asked.startswith("item:"):
        draft.place(skipped=tuple(name for name in draft.position.skipped if name != asked))
    sections.proceed(draft)


def skip(draft: Draft) -> None:
    """Leave out what was asked, for now."""
    if draft.asked == sections.GO_ON or not draft.asked:
        sections.go_on(draft)
        return
    draft.skip(draft.asked)
    draft.say("skipped")


def dont_know(draft: Draft) -> None:
    """What was asked is not known: a gap, not a block."""
    if draft.asked_slot is not None:
        draft.set_fact(draft.asked, "", "unknown")
        draft.filled.remove(draft.asked)
        draft.say("noted_unknown")
    elif draft.asked.startswith("item:"):
        draft.skip(draft.asked)
        draft.say("noted_unknown")


def correct(draft: Draft) -> None:
    """Change an earlier answer: the value said with it has been taken already, else ask which."""
    if draft.filled:
        return
    known = [name for name, slot in draft.guide.slots.items() if name in draft.view.facts and draft.applies(slot)]
    named = [name for name in known if _is_named(draft, name)]
    if not known:
        draft.say("correct.nothing")
        return
    if said := [name for name in named if draft.view.value(name) in {one.value for one in draft.turn.entities}]:
        draft.say("understood", {"items": draft.listed((item_words(draft, name) for name in said), "list.clauses")})
        return  # that is how it stands already
    if len(named) == 1 and letter_answers.change(draft, draft.guide.slots[named[0]]):
        return
    if len(named) == 1:
        sections.ask_slot(draft, draft.guide.slots[named[0]])
    else:
        buttons = [draft.button("!change", name, f"label.{name}") for name in (named or known)[-MOST_CHANGES:]]
        draft.say("correct.which", buttons=buttons)
    draft.quiet = True


def _is_named(draft: Draft, name: str) -> bool:
    """Do the words name this fact, by its label or by what kind of thing it is ("the date is wrong")?"""
    kind = KIND_WORDS.get(draft.guide.slots[name].kind, ())
    return wordlists.says((draft.text(f"label.{name}"), *kind), draft.turn.plain)


def pause(draft: Draft) -> None:
    draft.effect("pause")
    draft.say("paused", buttons=[draft.undo_button()])
    draft.quiet = True


def done(draft: Draft) -> None:
    """Enough here: go on to the next section."""
    sections.go_on(draft)


def new_case(draft: Draft) -> None:
    """Begin anew: nothing that was kept is deleted, the old case stays."""
    draft.effect("new_case")
    draft.quiet = True


def delete(draft: Draft) -> None:
    """Ask before deleting anything."""
    draft.place(asked="confirm:delete")
    buttons = [
        draft.button("!keep", "", "button.keep"),
        draft.button("!delete", "all", "button.delete"),
        draft.button("!delete", "case", "button.delete.case"),
    ]
    draft.say("delete.confirm", buttons=buttons)
    draft.quiet = True


def export(draft: Draft) -> None:
    """Hand over everything that is kept: how, is the channel's matter."""
    draft.effect("export")
    draft.quiet = True


def stop_reminders(draft: Draft) -> None:
    draft.effect("stop_reminders")
    draft.say("reminders.stopped", buttons=[draft.undo_button()])


def remind(draft: Draft) -> None:
    """A reminder the person wishes for: at the time they said, else ask when."""
    due = wish_time(draft)
    if due is None:
        draft.place(asked="reminder")
        draft.say("reminder.when")
        draft.quiet = True
        return
    draft.wishes.append(Planned("wish", "remind.wish", due))
    if draft.asked == "reminder":
        draft.place(asked="")
    draft.say("reminder.set", {"due": draft.when(due)}, [draft.undo_button()])


def severity(draft: Draft) -> None:
    """How serious it is, and why."""
    draft.say("severity", {**sections.severity_words(draft), "about": draft.text("severity.about")})


def wish_time(draft: Draft) -> datetime | None:
    """The moment ahead that the turn names; a day without an hour means its morning."""
    for entity in draft.turn.entities:
        if entity.type == "time":
            moment = datetime.fromisoformat(entity.value)
            if "T" not in entity.value:
                moment = datetime.combine(moment.date(), time(9))
            moment = moment.replace(tzinfo=draft.now.tzinfo)
            if moment > draft.now:
                return moment
        if entity.type == "duration":
            return datetime.combine(draft.now.date() + timedelta(days=int(entity.value)), time(9), draft.now.tzinfo)
    return None


def next_step(draft: Draft) -> None:
    """What to do first, said again."""
    draft.place(told="")


def letter(draft: Draft) -> None:
    """The letter whose words were said, else those there are to choose from."""
    letters.choose(draft)


def reasons(draft: Draft) -> None:
    """Why companies do not respond."""
    displays.reasons(draft)


def fee(draft: Draft) -> None:
    """Is a rate plausible? Without one: how much too much was taken, where that can be computed."""
    rate = next((entity.value for entity in draft.turn.entities if entity.type == "rate"), "")
    if not rate and drafting.comparison(draft) is not None:
        displays.overcharge(draft)
        return
    if not rate:
        draft.say("alternatives.fees" if draft.view.section == "alternatives" else "check_fee")
        return
    meant = (one for one in draft.guide.fees if not one.words or wordlists.says(one.words, draft.turn.plain))
    band = next(band for band in meant if band.below is None or Decimal(rate) < band.below)
    draft.say(band.key, {"rate": rate})


Command = Callable[[Draft], None]

COMMANDS: Mapping[str, Command] = {
    "undo": undoing.wish,
    "ask_human": human,
    "go_back": go_back,
    "skip": skip,
    "dont_know": dont_know,
    "correct_answer": correct,
    "restart": new_case,
    "pause": pause,
    "done": done,
    "new_case": new_case,
    "delete_data": delete,
    "export_data": export,
    "stop_reminders": stop_reminders,
    "ask_reminder": remind,
    "switch_language": languages.ask,
    "ask_status": standing.status,
    "ask_next": next_step,
    "ask_ladder": ladder.show,
    "ask_contacts": attempts.show,
    "ask_source": sources.show,
    "ask_more": more.ask,
    "ask_holder": holder.begin,
    "ask_letter": letter,
    "ask_packet": handover.choose,
    "ask_why": reasons,
    "check_fee": fee,
    "check_reading": readings.show,
}
