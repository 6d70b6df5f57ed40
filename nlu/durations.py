"""Spans of time in whole days: 三天了, 半个月, 一周, 48小时."""

import re
from collections.abc import Iterator
from decimal import Decimal

from nlu.numerals import read_number
from nlu.spans import Found

_DAYS = {"天": 1, "日": 1, "工作日": 1, "周": 7, "星期": 7, "礼拜": 7, "月": 30, "年": 365, "小时": 0, "钟头": 0}
_SPAN = re.compile(
    r"(?<![第每\d.:\-+几数上〇零一二三四五六七八九])(?P<n>\d{1,3}|半|成(?=个)|廿[一二三四五六七八九]?|[一二两俩仨三四五六七八九十百]{1,5})(?P<more>来|多|几)?(?:个|個)?(?P<half>半)?(?P<more2>多)?"
    r"(?P<unit>工作日|天|日|周(?![一二三四五六日天末年])|(?:星期|礼拜)(?![一二三四五六日天])"
    r"|月(?![底初末份])|年|小时|钟头)"
    r"(?P<tail>半)?"
)
_ENGLISH = re.compile(
    r"(?<![\d.])(?P<n>\d{1,3}|one|two|three|four|five|six|seven|eight|ten|a) (?P<unit>day|week|month|year|hour)s?\b"
)
_ENGLISH_NUMBERS = {
    "one": 1,
    "a": 1,
    "two": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "six": 6,
    "seven": 7,
    "eight": 8,
    "ten": 10,
}
_ENGLISH_DAYS = {"day": 1, "week": 7, "month": 30, "year": 365, "hour": 0}
_FEE_AFTER = re.compile(r"[^,。!?;]{0,3}(?:扣|收(?!到)|交|要|多少|\d|费|块|一?次|一?回|几)")
_IDIOM = re.compile(
    r"三天两头|一天到晚|一年到头|一天天|三年五载|一年四季|十天半个?月|一半天|隔三差五"
    r"|(?:一两|两三|三四|三五|四五|五六|六七|七八|八九)天"
)
_SURE_ONE = re.compile(r"[^,。!?;]{0,2}(?:了|后|前|内|没|都|还|过|多|以|之)")
_WAITED = re.compile(r"(?:等|拖|压|晚|停|过|才|满|超|迟|推|隔|差|就|足足)[了咗]?$")
_REST = re.compile(r"(?:零|又|带)?(?P<n>\d{1,2}|[一二两三四五六七八九十]{1,3})(?P<unit>天|个月)")
_HOURS_OPEN = re.compile(r"(?:营业|药店|客服|热线|在线|便利|服务|值班|不打烊)")


def find_durations(text: str) -> Iterator[Found]:
    """Yield spans of whole days in a folded text; 半天, 天天, 第四天 and fees by the year are none."""
    idioms = [match.span() for match in _IDIOM.finditer(text)]
    joined = -1
    for match in _SPAN.finditer(text):
        if any(start <= match.start() < end or start < match.end() <= end for start, end in idioms):
            continue
        days = _days(match, text)
        if days and match.start() == joined:
            continue
        if days:
            end = match.end()
            rest = _REST.match(text, end)
            if rest and (match["unit"], rest["unit"]) in (("月", "天"), ("年", "个月")):
                days += int(read_number(rest["n"]) or 0) * (30 if rest["unit"] == "个月" else 1)
                end, joined = rest.end(), rest.start("n")
            yield Found("duration", str(days), match.start(), end)
    for match in _ENGLISH.finditer(text):
        number = _ENGLISH_NUMBERS.get(match["n"]) or int(match["n"])
        if match["unit"] == "hour":
            if number % 24 == 0:
                yield Found("duration", str(number // 24), match.start(), match.end())
            continue
        yield Found("duration", str(number * _ENGLISH_DAYS[match["unit"]]), match.start(), match.end())


def _days(match: re.Match[str], text: str) -> int | None:
    unit, said = match["unit"], match["n"]
    number = {"半": Decimal("0.5"), "成": Decimal(1)}.get(said) or read_number(said.replace("廿", "二十"))
    if number is None or match["more"] == "几":
        return None
    if unit in ("天", "日") and said == "半":
        return None
    is_waited = _WAITED.search(text, max(0, match.start() - 3), match.start()) is not None
    if unit == "日" and not is_waited and text[match.end() : match.end() + 1] not in tuple("内后前"):
        return None  # 二十日 is a date, unless it was waited for
    if said in ("一", "1") and unit == "天" and not (_SURE_ONE.match(text, match.end()) or is_waited):
        return None  # 一天跳三个城市 speaks of every day
    if unit in ("月", "年"):
        if unit == "月" and "个" not in match.group() and said not in ("俩", "仨"):
            return None  # 三月 is March
        if _FEE_AFTER.match(text, match.end()):
            return None
        if unit == "年" and (len(said) > 2 or (said.isdigit() and int(said) > 9)):
            return None  # 26年 is a year, not a span
    if unit in ("小时", "钟头"):
        hours = number
        return int(hours) // 24 if hours % 24 == 0 and not _HOURS_OPEN.match(text, match.end()) else None
    if match["half"] or match["tail"]:
        number += Decimal("0.5")
    days = {"月": 30, "年": 360 if said == "半" else 365}.get(unit) or _DAYS[unit]
    return int(number * days)
