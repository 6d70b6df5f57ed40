"""Moments and dates, said in words, resolved against a given now in Asia/Shanghai."""

import calendar as months
import re
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from nlu.calendar import nearest_lunar
from nlu.numerals import read_number
from nlu.spans import Found

SHANGHAI = ZoneInfo("Asia/Shanghai")
NOON_OF_EXAMPLES = datetime(2026, 3, 18, 12, tzinfo=SHANGHAI)

MOST = 200  # dates read from one text
_FIGURE = "[〇零一二三四五六七八九]"
_N = r"(?:\d{1,2}|[一二三四五六七八九十]{1,3}|廿[一二三四五六七八九])"
_FIGURES = str.maketrans("〇零一二三四五六七八九", "00123456789")
_DAYS = {"大前": -3, "前": -2, "昨": -1, "寻": -1, "琴": -1, "今": 0, "明": 1, "听": 1, "后": 2, "大后": 3}
_ENGLISH = {
    "before yesterday": -2,
    "the day before yesterday": -2,
    "yesterday": -1,
    "today": 0,
    "tonight": 0,
    "tomorrow": 1,
}
_WEEKDAY_FORMS = ("一1", "二2", "三3", "四4", "五5", "六6", "日天末7")
_WEEKDAYS = {name: day for day, names in enumerate(_WEEKDAY_FORMS) for name in names}
_ENGLISH_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_ENGLISH_MONTH = "|".join(_ENGLISH_MONTHS)
_ENGLISH_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_PERIOD = (
    r"凌晨|半夜|午夜|深夜|清晨|大清早|一大早|一早|大早上|早上|早晨|上午|中午|正午"
    r"|午后|下午|傍晚|晚上|夜里|夜晚|夜|晚|早|晨"
)
_HOUR = r"\d{1,2}|十[一二]?|二十[一二三四]?|零|[一二两三四五六七八九]"
_MINUTE = r"半|一刻|三刻|整|钟|[二三四五]?十[一二三四五六七八九]?分?|零?[一二三四五六七八九]分|[0-5]?\d分?"
_CLOCK = re.compile(
    rf"(?P<period>{_PERIOD})?(?:的|,|\s)?(?:(?P<h>\d{{1,2}}):(?P<m>\d\d)(?::\d\d)?(?!\d)"
    rf"|(?P<hour>{_HOUR})点(?!半?个)(?P<minute>{_MINUTE})?)"
    r"|(?P<late>零点)(?P<latem>\d{1,2}分|[一二三四五]?十?[一二三四五六七八九]?分)?"
    r"|(?<![a-z\d])(?P<eh>\d{1,2})(?::(?P<em>\d\d))?\s?(?P<half>am|pm)(?![a-z])"
)
_DATE = re.compile(
    rf"(?P<y>20\d\d)[-/.年](?P<mo>\d{{1,2}})[-/.月](?P<d>\d{{1,2}})(?:[日号]|(?!\d))"
    rf"|(?<!\d)(?P<packed>20\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01]))(?!\d)"
    rf"|(?:(?P<py>前年|去年|今年|明年|20\d\d年|(?<!\d)\d\d年|二[〇零]{_FIGURE}{{2}}年))?(?P<pm>{_N}|元)月(?:份)?(?P<pd>{_N})(?:[日号]|(?![\d个%.]))"
    rf"|(?P<which>上上个?月|上个?月|这个?月|本月|当月|下个?月)(?:的|份)?(?P<wd>{_N})[日号]"
    rf"|(?P<whichend>上个?月|这个?月|本月|当月|下个?月"
    rf"|(?:\d{{1,2}}|[一二三四五六七八九十]{{1,2}}月?)(?=月[底末]))?(?P<end>月?[底末](?<=月[底末]))"
    rf"|(?P<dialect>夜来|夜儿个)|(?P<rel>大前|大后|前|昨|寻|琴|今|明|听|后)(?P<part>天|日|朝|儿个|儿|早上|早|晚上|晚|夜里|夜|晨|个)"
    rf"|(?P<week>(?:上|下){{0,3}}|这个?|本)(?:个)?(?:周|星期|礼拜)(?P<wday>[一二三四五六日天末1-7])(?!次|回|个|\d|[万千百])"
    rf"|(?P<lm>腊月|正月|冬月|农历[一二三四五六七八九十冬腊正]+月)?"
    rf"(?P<ld>初[一二三四五六七八九十]|(?<=月)(?:廿|二十|十)[一二三四五六七八九]?|(?<=月)三十)(?![\d年])"
    rf"|(?P<eve>除夕|大年三十|年三十|大年夜)|大年(?P<ny>初[一二三四五六七八九十])"
    rf"|(?<![\d第编单账型a-z.\-一二三四五六七八九十])(?P<bare>\d{{1,2}}|[二三]?十[一二三四五六七八九]?|[一二三四五六七八九])号"
    r"(?!店|桌|楼|机|线|码|台|柜|窗|人|卷|房|院|馆|路|门|商|员|卡|线|仓|库|档|铺|包|位|会|称)"
    r"|(?<!\d)(?P<sm>0?[1-9]|1[0-2])[-/](?P<sd>0?[1-9]|[12]\d|3[01])(?=\s*\d{1,2}:\d\d)"
    r"|(?<![\d.])(?P<dm>0?[1-9]|1[0-2])\.(?P<dd>0?[1-9]|[12]\d|3[01])(?=那天|当天|那晚|号|那笔)"
    rf"|\b(?P<enmonth>{_ENGLISH_MONTH})[a-z]*\.? (?P<monthday>\d{{1,2}})(?:st|nd|rd|th)?\b"
    rf"|\b(?P<daymonth>\d{{1,2}})(?:st|nd|rd|th)? (?:of )?(?P<monthen>{_ENGLISH_MONTH})[a-z]*\b"
    r"|\b(?P<en>(?:the day )?before yesterday|yesterday|today|tonight|tomorrow)\b"
    r"(?: (?:morning|afternoon|evening|night))?"
    r"|\b(?P<prep>since|from|on|by|before|until|till|of) the (?P<ordinal>\d{1,2})(?:st|nd|rd|th)\b"
    r"|\b(?P<which_en>next |last |this |since )?(?P<enday>(?:mon|tues|wednes|thurs|fri|satur|sun)day)\b"
)
_LATER = re.compile(
    r"(?P<n>半|\d{1,4}|[一二两俩三四五六七八九十]{1,4})(?:个)?"
    r"(?P<unit>小时|钟头|分钟|刻钟|天|星期|礼拜|周)(?:以|之)?(?P<way>后|前)"
)
_TENSE = re.compile(
    r"[^,。!?;]{0,10}?(?:(?P<past>刷|进账|开始|没|扣|过|的|交|办|签|买|装|收|起|了|坏|断|冻|那|付|转)"
    r"|(?P<future>前|给|回|提醒|叫|喊|催|退|处理|再|去|能|告诉|通知|来|打|到|见|会|要))"
)
_ENGLISH_PAST = re.compile(  # "sold 500 on monday" is behind us, "they pay on monday" is not
    r"\b(?:swiped|sold|took|made|paid|charged|arrived|came|went|started|stopped|broke|froze|bought|called|phoned|rang|wrote|was|were|did|had)\b"
    r"(?:[^,.!?;]|\.\d){0,30}$"
)
_EVERY_MONTH = re.compile("(?:每个?月|月月)的?$")
_SINCE = re.compile("[起开始]{0,2}到(?:现在|今天|今日|目前|而家|如今)")
_FILLER = re.compile(r"(?:的|[,;]\s?| at | |那天|大)?")
_LUNAR_MONTHS = {"正月": 1, "冬月": 11, "腊月": 12}
_WORDS = re.compile(
    r"[天日月周号点底末夕期拜:/\-年初三早晚夜儿晨时分钟]|20\d|[二廿][〇零]|day|"
    r"\d(?:st|nd|rd|th)? (?:of )?[a-z]{3}|\d(?:st|nd|rd|th)\b|[a-z]{3} \d|to(?:night|morrow)|[ap]m"
)
_PLAIN_CLOCK = re.compile(r"(?:钟|半|整|前|之前|后|提醒|叫|喊|催|准时|开始|到|一刻|三刻|[^,。;]{0,2}分)")


def find_times(text: str, now: datetime) -> Iterator[Found]:
    """Yield the dates (YYYY-MM-DD) and moments (YYYY-MM-DDTHH:MM) of a folded text."""
    if not _WORDS.search(text):
        return
    local = now.astimezone(SHANGHAI)
    taken: list[tuple[int, int]] = []
    for match in _DATE.finditer(text):
        if len(taken) > MOST:
            return
        day = _day(match, text, local.date())
        if day is None:
            continue
        part = match["part"] or ""
        end = match.end()
        filler = _FILLER.match(text, end)
        clock = _CLOCK.match(text, filler.end() if filler else end)
        moment = _moment(day, clock, part) if clock else None
        if clock and moment:
            end = clock.end()
        taken.append((match.start(), end))
        yield Found("time", moment or day.isoformat(), match.start(), end)
    for match in _LATER.finditer(text):
        if len(taken) > MOST:
            return
        if (found := _later(match, local)) is not None:
            taken.append(match.span())
            yield Found("time", found, *match.span())
    for match in _CLOCK.finditer(text):
        if any(start < match.end() and match.start() < end for start, end in taken):
            continue
        if _is_told(match, text) and (moment := _moment(local.date(), match, "")):
            yield Found("time", moment, *match.span())


def _is_told(match: re.Match[str], text: str) -> bool:
    """Tell whether a clock time without a date is one: "三点" may also be three points."""
    if match["period"] or match["half"]:
        return True
    if match["h"] or match["late"]:
        return not (match.start() and text[match.start() - 1] in "0123456789.:")
    if match.start() and text[match.start() - 1] in "千万百0123456789.零一二三四五六七八九十有差早晚快慢多少":
        return False
    return match["minute"] is not None or (match["hour"] != "一" and _PLAIN_CLOCK.match(text, match.end()) is not None)


def _moment(day: date, clock: re.Match[str], part: str) -> str | None:
    if clock["late"]:
        hour, minute = 0, int(read_number((clock["latem"] or "0").removesuffix("分")) or 0)
        return f"{day.isoformat()}T{hour:02}:{minute:02}"
    if clock["half"]:
        hour, minute = int(clock["eh"]) % 12 + (12 if clock["half"] == "pm" else 0), int(clock["em"] or 0)
    elif clock["h"]:
        hour, minute = int(clock["h"]), int(clock["m"])
    else:
        hour = int(read_number(clock["hour"]) or 0)
        minute = _minute(clock["minute"])
    period = clock["period"] or part
    if not 0 <= hour <= 24 or not 0 <= minute < 60:
        return None
    is_evening = period[:1] in ("晚", "夜")
    is_later_half = period[:2] in ("下午", "傍晚", "午后") or (is_evening and hour >= 4)
    is_past_noon = period[:2] in ("中午", "正午") and hour < 5
    if (is_later_half and hour < 12) or is_past_noon:
        hour += 12
    elif hour == 12 and period[:2] in ("凌晨", "半夜", "午夜"):
        hour = 0
    elif hour == 12 and is_evening:
        hour = 24
    if hour < 4 and is_evening:
        hour += 24  # 昨晚一点 is the small hours of the next day
    at = datetime.combine(day, time()) + timedelta(hours=hour, minutes=minute)
    return at.isoformat(timespec="minutes")


def _minute(said: str | None) -> int:
    if not said or said in ("整", "钟"):
        return 0
    fixed = {"半": 30, "一刻": 15, "三刻": 45}
    return fixed[said] if said in fixed else int(read_number(said.removesuffix("分")) or 0)


def _number(said: str) -> int:
    return int(read_number(said.replace("廿", "二十").replace("元", "一")) or 0)


def _day(match: re.Match[str], text: str, today: date) -> date | None:
    group = match.groupdict()
    try:
        if group["y"]:
            return date(int(group["y"]), int(group["mo"]), int(group["d"]))
        if packed := group["packed"]:
            return date(int(packed[:4]), int(packed[4:6]), int(packed[6:]))
        if group["pm"]:
            return _month_day(group["py"], _number(group["pm"]), _number(group["pd"]), today)
        if which := group["which"]:
            return _shift(today, which).replace(day=_number(group["wd"]))
        if group["end"]:
            said = group["whichend"] or "本月"
            named = said[0].isdigit() or said[0] in "一二三四五六七八九十"
            first = _month_day(None, _number(said.removesuffix("月")), 1, today) if named else _shift(today, said)
            return first.replace(day=months.monthrange(first.year, first.month)[1])
        if group["dialect"]:
            return today - timedelta(days=1)
        if group["rel"]:
            return today + timedelta(days=_DAYS[group["rel"]]) if _is_day(match, text) else None
        if group["wday"]:
            return _weekday(match, text, today)
        if group["eve"] or group["ny"] or group["ld"]:
            return _lunar(match, today)
        if group["bare"]:
            return _bare_day(match, text, today)
        if group["dm"]:
            return _month_day(None, int(group["dm"]), int(group["dd"]), today)
        if group["sm"]:
            return _month_day(None, int(group["sm"]), int(group["sd"]), today)
        if english := group["enmonth"] or group["monthen"]:
            month = _ENGLISH_MONTHS.index(english) + 1
            return _month_day(None, month, int(group["monthday"] or group["daymonth"]), today)
        if group["en"]:
            return today + timedelta(days=_ENGLISH[group["en"]])
        if group["ordinal"]:
            return _ordinal(match["prep"], int(group["ordinal"]), text[: match.start()], today)
        ahead = (_ENGLISH_WEEKDAYS.index(group["enday"]) - today.weekday()) % 7
        is_past = group["which_en"] in ("last ", "since ") or (
            not group["which_en"] and ahead and _ENGLISH_PAST.search(text, 0, match.start())
        )
        return today + timedelta(days=ahead - 7 if is_past else ahead)
    except ValueError:
        return None  # the 31st of a month that has none


def _ordinal(preposition: str, number: int, before: str, today: date) -> date:
    """Return the day of "since the 19th": behind now or ahead of it, as its preposition says."""
    day = today.replace(day=number)
    is_past = preposition in ("since", "from") or (preposition == "on" and _ENGLISH_PAST.search(before) is not None)
    if day > today and is_past:
        return _shift(today, "上月").replace(day=number)
    if day < today and preposition in ("by", "before", "until", "till"):
        return _shift(today, "下月").replace(day=number)
    return day


def _is_day(match: re.Match[str], text: str) -> bool:
    rel, part = match["rel"], match["part"]
    if part == "个":
        return False
    if rel in ("前", "后") and part in ("早", "早上", "日", "晨", "夜", "儿", "夜里"):
        return False
    before = text[match.start() - 1] if match.start() else ""
    if rel in ("前", "后") and (before.isdigit() or before in tuple("个以之年月日天")):
        return False  # 三个前天 does not occur; 以后天天 does
    if rel == "后" and text[match.end() : match.end() + 1] == "天":
        return False
    return not (rel == "明" and before in tuple("说证声表透聪文发"))


def _month_day(year: str | None, month: int, day: int, today: date) -> date:
    if year:
        years = {"前年": -2, "去年": -1, "今年": 0, "明年": 1}
        said = year.removesuffix("年").translate(_FIGURES)
        number = today.year + years[year] if year in years else int(said) + (2000 if len(said) == 2 else 0)
        return date(number, month, day)
    here = date(today.year, month, day)
    if (here - today).days > 90:
        return date(today.year - 1, month, day)  # in March, 11月11号 is the one four months ago
    if (today - here).days > 270:
        return date(today.year + 1, month, day)  # and in December, 1月5号 is the one to come
    return here


def _shift(today: date, which: str) -> date:
    steps = -which.count("上") + which.count("下")
    months_since = today.year * 12 + today.month - 1 + steps
    return date(months_since // 12, months_since % 12 + 1, 1)


def _weekday(match: re.Match[str], text: str, today: date) -> date | None:
    before = text[match.start() - 1] if match.start() else ""
    if before in tuple("一二两三四五六七八九十几每半单双0123456789") and not match["week"]:
        return None
    monday = today - timedelta(days=today.weekday())
    day = monday + timedelta(days=_WEEKDAYS[match["wday"]])
    week = match["week"]
    if week:
        return day + timedelta(weeks=week.count("下") - week.count("上"))
    tense = _tense(text, match.end())
    if day > today and tense == "past":
        return day - timedelta(weeks=1)
    if day < today and tense == "future":
        return day + timedelta(weeks=1)
    return day


def _lunar(match: re.Match[str], today: date) -> date | None:
    if match["eve"]:
        first = nearest_lunar(today, 1, 1)
        return first - timedelta(days=1) if first else None
    if match["ny"]:
        return nearest_lunar(today, 1, _number(match["ny"][1:]))
    said = match["lm"]
    if not said and match.string[match.start() - 1 : match.start()] == "月":
        return None  # 去年十二月初八: of another year than the nearest
    month = None
    if said:
        name = said.removeprefix("农历")
        month = _LUNAR_MONTHS.get(name) or _number(name.removesuffix("月"))
    return nearest_lunar(today, month, _number(match["ld"].removeprefix("初")))


def _tense(text: str, at: int) -> str | None:
    """Return which way the words after a day point: 周五刷的 is past, 周五给我 is to come."""
    match = _TENSE.match(text, at)
    return match.lastgroup if match else None


def _bare_day(match: re.Match[str], text: str, today: date) -> date | None:
    if _EVERY_MONTH.search(text, max(0, match.start() - 4), match.start()):
        return None  # 每月一号 is no day but many
    day = today.replace(day=_number(match["bare"]))
    tense = "past" if _SINCE.match(text, match.end()) else _tense(text, match.end())
    if day > today and tense == "past":
        return _shift(today, "上月").replace(day=day.day)
    if day < today and tense == "future":
        return _shift(today, "下月").replace(day=day.day)
    return day


def _later(match: re.Match[str], now: datetime) -> str | None:
    number = 0.5 if match["n"] == "半" else float(read_number(match["n"]) or 0)
    minutes = {"小时": 60, "钟头": 60, "分钟": 1, "刻钟": 15, "天": 1440, "周": 10080, "星期": 10080, "礼拜": 10080}
    if not number or number > 1000:
        return None
    at = now + timedelta(minutes=number * minutes[match["unit"]] * (1 if match["way"] == "后" else -1))
    if match["unit"] in ("小时", "钟头", "分钟", "刻钟"):
        return at.replace(tzinfo=None).isoformat(timespec="minutes")
    return at.date().isoformat() if match["way"] == "后" else None
