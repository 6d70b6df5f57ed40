"""Words that answer a question about what was read from a picture."""

import re
from collections.abc import Callable, Mapping
from datetime import UTC

from dialogs import learning, proposals, readings
from dialogs.draft import Draft
from dialogs.proposals import LONGEST, Row
from dialogs.view import SHOWN

LENGTHS = {"merchant_no": 15, "terminal_no": 8, "reference_no": 12, "response_code": 2}
MONEY = re.compile(r"[¥￥]?\s*(\d{1,3}(?:[,，]\d{3})+|\d{1,9})(\.\d{1,2})?\s*元?")
ALL_WRONG = re.compile("都不[对對是]|全[错錯]|都[错錯]|all wrong|none of")
ALL_RIGHT = re.compile("(?:都|全)?[对對](?:的|了|啊|呀|咯|嘞)?|没错|沒錯|(?:all )?(?:right|correct)")
WRONG = re.compile("[不唔][对對是]|[错錯]|wrong|not right")
MINE = re.compile("我说的|我的|原来|原來|我說|i said|mine")
PICTURE = re.compile("小票|照片|票|图|圖|photo|slip|picture")
ENTITIES = {"acquirer": "company", "transaction_time": "time", "trade_amount": "amount"}


def answer(draft: Draft) -> bool:
    """Take the words as the answer to the last question, if that was one about pictures. False where they are not."""
    queue = draft.position.reading
    if not queue or draft.turn.late or draft.turn.incoming or _is_older(draft):
        return False
    kind, _, rest = queue[0].partition(".")
    if kind not in ANSWERS or not ANSWERS[kind](draft, rest):
        return False
    draft.filled.clear()
    draft.handled = True
    return True


def _is_older(draft: Draft) -> bool:
    """Were the words written before the question could be seen? Then they answer another one."""
    sent, asked = draft.turn.sent_at, draft.position.reading_at
    return bool(sent and asked) and sent is not None and sent.astimezone(UTC).isoformat(timespec="seconds") < asked


def _check(draft: Draft, names: str) -> bool:
    turn = draft.turn
    rows = [(one, place) for one, place in proposals.rows(draft, names) if place in one.open_items]
    if not rows:
        return False
    if len(rows) == 1 and (values := _set_right(draft, rows[0])):
        readings.correct(draft, *rows[0], values)
    elif ALL_WRONG.search(turn.plain):
        readings.deny(draft, rows)
    elif turn.entities:
        return False
    elif len(rows) == 1 and len(named := _named(draft, rows[0])) == 1 and WRONG.search(turn.plain):
        readings.take(draft, f"set.{rows[0][0].no}.{rows[0][1]}.{named[0]}")
    elif turn.intent == "affirm" or ALL_RIGHT.fullmatch(turn.plain.strip(" 。.!,，")):
        readings.confirm(draft, names)
    elif turn.intent in ("deny", "correct_answer"):
        readings.which(draft, rows)
    else:
        return False
    return True


def _named(draft: Draft, row: Row) -> list[str]:
    """The fields of a transaction that the words name."""
    labels = {name: draft.text(f"reading.label.{name}") for name in SHOWN if name in row[0].items[row[1]]}
    return [name for name, label in labels.items() if label.lower() in draft.turn.plain or label in draft.turn.text]


def _set_right(draft: Draft, row: Row) -> dict[str, str]:
    """The fields that the words set right: named, or said along with a no."""
    denied = {"deny", "correct_answer"} & set(draft.turn.intents)
    item, named = row[0].items[row[1]], _named(draft, row)
    found = {}
    for name in (name for name in SHOWN if name in item):
        if denied or name in named:
            value = _said(draft, name)
            if value and value != item[name].value:
                found[name] = value
    return found


def _set(draft: Draft, name: str) -> bool:
    row, _, field = name.rpartition(".")
    found = proposals.row(draft, row)
    value = _said(draft, field) or _typed(draft, field)
    if found is None or not value:
        return False
    readings.correct(draft, *found, {field: value})
    return True


def _differs(draft: Draft, name: str) -> bool:
    slot, _, number = name.partition(".")
    said, fact = _said(draft, slot), draft.view.facts.get(slot)
    read = learning.candidate(draft, slot, int(number))
    words = draft.turn.plain
    if learning.is_same(slot, read, said) if said else PICTURE.search(words):
        readings.use(draft, name)
    elif (fact is not None and learning.is_same(slot, fact.value, said)) if said else MINE.search(words):
        readings.keep(draft, name)
    else:
        return False
    return True


def _said(draft: Draft, field: str) -> str:
    """The value of a field or slot that the words hold; "" for none."""
    entity = ENTITIES.get(field, field)
    values = [one.value for one in draft.turn.entities if one.type == entity]
    if entity == "time":
        values = [value for value in values if value[:10] <= str(draft.now.date())]
    return values[-1] if values else ""


def _typed(draft: Draft, field: str) -> str:
    """The words themselves as a field's value, where they can be one."""
    text = draft.turn.text.strip().strip("。.")
    if field == "amount":
        found = MONEY.fullmatch(text)
        return re.sub("[,，]", "", found.group(1)) + (found.group(2) or "") if found else ""
    if field in LENGTHS:
        code = text.replace(" ", "").upper()
        return code if re.fullmatch(rf"[0-9A-Z]{{{LENGTHS[field]}}}", code) else ""
    if field == "order_no":
        return text if re.fullmatch(r"[0-9A-Za-z]{8,40}", text) else ""
    plain = field in ("merchant_name", "acquirer", "status", "trade_type") and draft.turn.intent in ("", "out_of_scope")
    return text[:LONGEST] if plain else ""


ANSWERS: Mapping[str, Callable[[Draft, str], bool]] = {"check": _check, "set": _set, "differs": _differs}
