"""The exhibits on the shelf: shown as a list, named anew, taken out and put back, by word or by tap."""

import re
from dataclasses import replace

from dialogs import guards, learning, progress
from dialogs.draft import Draft
from dialogs.view import Exhibit

NUMERALS = {numeral: number for number, numeral in enumerate("一二三四五六七八九十", 1)}
NUMBER = (
    r"(?:(?:证据|(?:the )?exhibit) ?(?:第|no\.? ?|#)?(\d{1,3}|[一二三四五六七八九十])(?: ?(?:号|张|份|个|条))?|"
    r"第 ?(\d{1,3}|[一二三四五六七八九十]) ?(?:号|张|份)(?:证据|图片|照片|图)?)"
)
LIST = re.compile(
    r"(?:我的|看看|看一下|列出|查看|看)(?:所有|全部|有哪些|有什么)?(?:我的)?证据(?:列表|清单)?|"
    r"证据(?:列表|清单|有哪些)|"
    r"(?:有|存了|发了)(?:哪些|多少|几份)证据|(?:show |list |see )?(?:my |all |the )?exhibits"
)
ENOUGH = re.compile(
    r"(?:我的)?证据(?:收集|准备)?得?"
    r"(?:够不够|够了吗|够吗|齐了吗|齐没齐|全不全|还差什么|还缺什么|还差哪些|还缺哪些|怎么样了|进度|完整吗)|"
    r"(?:还差|还缺)(?:什么|哪些|啥)(?:证据|材料)?|"
    r"(?:is my |is the )?evidence (?:enough|complete)|what evidence is missing"
)
WITHDRAW = rf"(?:撤回|撤销|撤掉|去掉|拿掉|删掉|删除|删了|不要|withdraw|remove|delete|take out) ?{NUMBER}"
OUT = re.compile(
    rf"{WITHDRAW}|"
    rf"{NUMBER} ?是?我?"
    r"(?:发错|传错|不要了|不算|作废|撤回|撤掉|撤销|删掉|删除|不是这件事|is wrong|was a mistake)"
)
IN = re.compile(rf"(?:恢复|放回|还是要|restore|put back) ?{NUMBER}|{NUMBER} ?(?:恢复|放回来|还是要)")
NAME = re.compile(
    rf"(?:把|给|rename )? ?{NUMBER} ?(?:的名字|名字)?"
    r"(?:改名叫做|改名叫|改名为|改名成|改名|改成叫|改叫|叫做|叫|命名为|取名|as|to|is called) ?"
)
ORDER = re.compile(rf"{WITHDRAW}|{IN.pattern}|{NAME.pattern}")
"""What names an exhibit and what to do with it: no answer to a question about another one."""
SORT = re.compile(
    rf"(?:把)? ?{NUMBER} ?(?:其实)?(?:是|就是|算|属于|归到|归为|归入|换成|改成|is)(?!叫) ?(?:一张|一份|an? )?"
)
RENAMING = "rename:"
LONGEST_NAME = 60
MOST_BUTTONS = 10
MARKS = '。.!！ ：:“”"「」，,'


def take(draft: Draft) -> bool:
    """Do what the words ask to be done with exhibits. False when they ask nothing of the kind."""
    if draft.asked.startswith(RENAMING) and _take_name(draft):
        return True
    text = draft.turn.plain.strip().strip(MARKS)
    if LIST.fullmatch(text):
        show(draft)
    elif ENOUGH.fullmatch(text) and draft.view.problem:
        tell_progress(draft)
    elif (number := _number(IN, text)) and len(text) <= LONGEST_NAME:
        put_back(draft, str(number))
    elif (found := NAME.match(text)) is not None:
        _named(draft, _value(found), draft.turn.text.strip().strip(MARKS)[found.end() :].strip(MARKS))
    elif (number := _number(OUT, text)) and len(text) <= LONGEST_NAME:
        withdraw(draft, str(number))
    else:
        return False
    draft.handled = draft.aside = True
    return True


def is_order(draft: Draft) -> bool:
    """Do the words name an exhibit and say what is to be done with it?"""
    return ORDER.match(draft.turn.plain.strip().strip(MARKS)) is not None


def said_to_be(draft: Draft) -> tuple[int, str]:
    """The exhibit that the words name, and what they say that it is; 0 and "" where they do not."""
    text = draft.turn.plain.strip().strip(MARKS)
    found = SORT.match(text)
    return (_value(found), text[found.end() :]) if found else (0, "")


def show(draft: Draft) -> None:
    """All exhibits by number, each to tap."""
    exhibits = sorted(draft.view.exhibits, key=lambda one: one.no)
    if not exhibits:
        draft.say("shelf.none")
        return
    lines = "\n".join(line(draft, one) for one in exhibits)
    buttons = [draft.button("!exhibit", str(one.no), "button.exhibit", {"no": str(one.no)}) for one in exhibits]
    draft.say("shelf.list", {"count": str(len(exhibits)), "list": lines}, buttons[-MOST_BUTTONS:])
    draft.quiet = True


def tell_progress(draft: Draft) -> None:
    """How far the evidence has come, and the next most useful item asked for."""
    missing = guards.missing_items(draft.guide, draft.view)
    if not missing:
        draft.say("progress.now", {"progress": progress.words(draft)})
        return
    lacking = draft.listed(draft.text(f"item.{item}") for item in missing[: progress.CORE])
    draft.say("progress.lacks", {"progress": progress.words(draft), "missing": lacking})
    draft.say("item.next", {"item": draft.text(f"item.{missing[0]}"), "how": draft.text(f"item.{missing[0]}.how")})
    draft.ask(f"item:{missing[0]}")
    draft.quiet = True


def show_one(draft: Draft, value: str) -> None:
    """One exhibit and what can be done with it."""
    one = find(draft, value)
    if one is None:
        return
    buttons = [
        draft.button("!rename", value, "button.rename"),
        draft.button("!sort", value, "button.regroup"),
        draft.button("!withdraw", value, "button.withdraw"),
    ]
    draft.say("shelf.one", {"line": line(draft, one)}, buttons)
    draft.quiet = True


def ask_name(draft: Draft, value: str) -> None:
    """Ask for an exhibit's new name."""
    if find(draft, value) is not None:
        draft.place(asked=RENAMING + value)
        draft.say("shelf.rename", {"no": value})
        draft.quiet = True


def withdraw(draft: Draft, value: str) -> None:
    """Take an exhibit out of checklist and packet. Its bytes and its place in the timeline stay."""
    one = find(draft, value)
    if one is None:
        return
    draft.withdraw(one.no)
    draft.say("exhibit.withdrawn", {"no": value}, [draft.undo_button()])
    if gone := learning.unlearn(draft, one):
        draft.say("exhibit.unlearned", {"labels": draft.listed(draft.text(f"label.{slot}") for slot in gone)})


def put_back(draft: Draft, value: str) -> None:
    """An exhibit that was taken out counts again."""
    number = int(value) if value.isdigit() else 0
    if number not in draft.view.withdrawn:
        if find(draft, value) is not None:
            draft.say("exhibit.counts", {"no": value})
        return
    draft.put_back(number)
    draft.say("exhibit.restored", {"no": value})
    for one in (one for one in draft.view.exhibits if one.no == number):
        learning.learn(draft, one)


def line(draft: Draft, one: Exhibit) -> str:
    """An exhibit in one line: number, what it is, its name, and who wrote it where it was forwarded."""
    item = draft.text(f"item.{one.item}") if one.item else draft.text("exhibit.other")
    params = {
        "no": str(one.no),
        "item": item,
        "name": f"“{one.caption}”" if one.caption and one.caption != item else "",
        "kind": draft.text(f"kind.{one.kind}"),
        "at": draft.when(one.at) if one.at else "",
        "author": one.author,
    }
    return draft.text("shelf.forwarded" if one.author else "shelf.line", params)


def find(draft: Draft, value: str) -> Exhibit | None:
    """The exhibit of this number; where there is none, say why."""
    number = int(value) if value.isascii() and value.isdigit() else 0
    found = next((one for one in draft.view.exhibits if one.no == number), None)
    if found is None and number in draft.view.withdrawn:
        draft.say("exhibit.is_withdrawn", {"no": value}, [draft.button("!putback", value, "button.putback")])
    elif found is None:
        draft.say("shelf.no_such", {"no": value, "count": str(len(draft.view.exhibits))})
    return found


def _take_name(draft: Draft) -> bool:
    """Take the words as the name that was asked for. False where they are another wish."""
    number = draft.asked.removeprefix(RENAMING)
    draft.place(asked="")
    plain = draft.turn.plain.strip().strip(MARKS)
    if plain in draft.guide.phrases or draft.turn.signs or len(plain) > LONGEST_NAME:
        return False
    _named(draft, int(number), draft.turn.text.strip().strip(MARKS))
    draft.handled = draft.aside = True
    return True


def _named(draft: Draft, number: int, name: str) -> None:
    one = find(draft, str(number))
    if one is None:
        return
    if not name:
        ask_name(draft, str(number))
        return
    draft.rename(replace(one, caption=name[:LONGEST_NAME]))
    draft.say("exhibit.renamed", {"no": str(number), "name": name[:LONGEST_NAME]}, [draft.undo_button()])


def _number(pattern: re.Pattern[str], text: str) -> int:
    """The number of the exhibit that the words are about; 0 for none."""
    found = pattern.search(text)
    return _value(found) if found else 0


def _value(found: re.Match[str]) -> int:
    said = next(group for group in found.groups() if group)
    return NUMERALS.get(said) or int(said)
