"""Amounts in yuan and rates in per cent."""

import re
from collections.abc import Iterator
from decimal import Decimal

from nlu.numerals import ARABIC, CHINESE_DIGIT, plain, read_number
from nlu.spans import Found

_CN_DECIMAL = (
    rf"[{CHINESE_DIGIT}十]{{1,4}}(?:点[{CHINESE_DIGIT}]{{1,4}})?"  # bounded, as long runs of one character occur
)
_VALUE = rf"(?:\d{{1,5}}(?:\.\d{{1,4}})?|{_CN_DECIMAL})"
_SMALL = r"(?:\d{1,3}(?:\.\d{1,3})?|[一二三四五六七八九十]{1,3}(?:点[零一二三四五六七八九]{1,3})?)"
_RATE = re.compile(
    rf"(?P<percent>\d{{1,4}}(?:\.\d{{1,4}})?)(?:\s?%| per ?cent\b)"
    rf"|百分之(?P<hundred>{_VALUE})|千分之(?P<thousand>{_VALUE})|万分之(?P<tenthousand>{_VALUE})"
    rf"|(?P<points>{_VALUE}|半)个(?:百分)?点(?!钟|半|儿?[左右])"
    rf"|(?<![{CHINESE_DIGIT}十百千万几数上成\d.])千(?P<mille>{_SMALL})(?![百万块元多个\d十分米克里言丝次])"
    rf"|(?<![{CHINESE_DIGIT}十百千万几数上成\d.])万(?P<myriad>\d\d(?:\.\d+)?"
    r"|[二三四五六七八九]?十[一二三四五六七八九]?(?:点[五])?|[三四五六七八九][一二三四五六七八九])(?![块元万千\d])"
    r"|(?P<spoken>零点[零一二三四五六七八九]{1,3})(?!万|千)"
    r"|(?<![\d.¥$,:\-/])(?P<bare>[01]\.\d{1,3})(?![\d.万元块wk%kg米cm寸年]|个[^点]|\s?%)"
)
_NOT_RATE_BEFORE = re.compile(
    r"(?:进度条?|电量?|还剩|卡在|卡到|升级?到|更新到|下载到|到了|停在|充到|只剩|剩|版本|v)[^,。;]{0,3}$"
)
_RATE_CONTEXT = re.compile(r"费率|手续费|点数|扣率|刷卡|扫码|封顶|正常|高|贵|合理|涨|变|原来|说好|费|率|签|的|按|收")
_RATE_SPOKEN = re.compile(r"费|点数|扣率|签|刷|扫|收")
_UNIT = r"(?:元|圆|块|蚊|大洋|rmb|人民币|yuan)"
_ENGLISH_SCALES = {"hundred": "百", "thousand": "千", "grand": "千"}
_ENGLISH_SCALE = re.compile(r"hundred|thousand|grand")
_ENGLISH_PAID = re.compile(
    r"\b(?:took|paid|pay|charged|deducted|lost|owe|owes|missing|short|swiped?|sold|ran|got|received|collected) "
    r"(?:me |us |only )?(?:about |around |another |rmb )?$"
)
_ENGLISH_ABOUT = re.compile(r"\b(?:about|around|over|nearly|roughly|some|almost) $")
_COUNTED = re.compile(
    r" (?:times|years?|months?|minutes?|percent|%|customers|people|cards|swipes|slips|shops|merchants|calls|messages)\b"
)
_AMOUNT = re.compile(
    rf"(?P<sign>[¥$]\s?|人民币\s?|rmb\s?)?(?P<n>{ARABIC}(?:\s?(?:hundred|thousand|grand)\b)|{ARABIC}(?:\s?[千百万wk亿十](?![a-z])(?:零?[\d{CHINESE_DIGIT}][千百十]?)*)?"
    rf"|[{CHINESE_DIGIT}十](?:[{CHINESE_DIGIT}十百千拾佰仟]{{0,9}}[万亿])?(?:(?:(?!(?<=[万千][{CHINESE_DIGIT}])一[分毛厘]钱?[都也没])[{CHINESE_DIGIT}十百千拾佰仟]){{1,9}}(?![万亿]))?"
    rf"(?:点[{CHINESE_DIGIT}]+[万千]?|(?<=[万千])\d(?![\d.,]))?)"
    rf"(?P<more>来|多|几)?(?:\s?(?P<unit>{_UNIT}钱?|毛|角)"
    rf"(?:(?!一[分毛角][没钱都不未也])(?P<cents>[\d{CHINESE_DIGIT}])(?!(?!一[笔次单])[\d{CHINESE_DIGIT}百千万个天次笔月年块元%])[毛角]?(?:(?<=[毛角])(?P<fen>[\d{CHINESE_DIGIT}])分?(?![\d{CHINESE_DIGIT}]))?)?)?"
    r"(?P<scale>(?<=[毛角])[\d一二三四五六七八九]分)?"
)
_NO_AMOUNT_AFTER = re.compile(
    r"\s?(?:个|天|日|号|月|年|点|时|分|秒|次|台|家|卷|张|寸|度|岁|位|路|遍|人|条|笔|单(?!少|多|被)|楼|桌|店|格|%|斤|米|公里|小时|工作|周|星期|礼拜|g\b|m\b"
    r"|[:/\-×x*]\d|\.\d|字|户|里|英寸|代|版|折|成(?!\d)|倍|级|层|楼|排|机|口|只|件|瓶|桶|箱|包|碗|种|类|部|本|页|批|辆|群|万个|商户|客户|分之|am|pm|days?|hours?|weeks?|后台|多?人|来个|几个|道|趟|回(?!来|给|了)|圈|下(?!来)|番|篇|丝|言|方|难|载|古|般|步|节|关|通|号)"
)
_NO_AMOUNT_BEFORE = re.compile(
    r"(?:[\d.a-z:/\-#*第_]|\d转|码|尾号|代码|编号|账号|单号|卡号|qq|密码|电话|热线|凭证号?|批次号?|流水号|授权码|t\+|d\+|手机|微信|打了|拨|提示|报|跳|工号|型号|版本|店|桌|房|车牌|序列号?|百分之|千分之|万分之|号|满)\s?(?:是|为|:)?\s?$"
)
_MONEY_BEFORE = re.compile(
    r"(?:扣|刷|收|退|押金|保证金|金额|费|付|转|打|到账?|进账?|欠|差|少|多|亏|损失|封顶|共|总计?|交|卖|返|还|存|取|冻|压|押|赔|给|值|钱|款|花|限额|降|涨|要|才|只|就|成|是|按|加|输|充|骗|卡里|剩|捐|吞|吃|掉|抽|垫|补|deposit|paid|charged|额|笔|单|了|我|的|流水|营业额|一共|应|实|咗)"
    r"(?:了|我|他|她|他们|一年|每年|每个?月|那|给|到|过|成|走|掉|款|的|是|为|去|出|回|个|钱|共|分别|一|各|才|又|只有|有|大概|差不多|快|将近|足足|:|\s|其中|来){0,3}$"
)
_MONEY_AFTER = re.compile(
    r"(?:块|元)?的?\s?(?:[没冇][到退给返进收]|还没|仲未|未到|不见|刷成|被|到账|全|押金|保证金|手续费|服务费|会员费|封顶|货款|流量费|年费|激活费|营业款|都没|扣|收|就|一[笔分]|的?单|不翼|退|返|冻|呢|值不值|打官司|现金|整|收我|变|只|进来)"
)
_HOTLINES = {
    "12315",
    "12363",
    "12378",
    "12345",
    "95516",
    "96110",
    "110",
    "114",
    "119",
    "120",
    "12321",
    "12381",
    "95533",
    "95588",
    "95566",
    "95599",
    "10086",
    "10010",
    "12368",
    "12348",
    "12388",
    "12337",
    "12309",
    "12386",
}
_TAKEN = re.compile(r"(?:扣|收|刷|退|付|转|少|交)(?:了|走|掉|我)+$")  # 扣了120 is no ambulance
_CALLED = re.compile(r"打|拨|电话|热线|客服|官方|号码|搜")
_NOTHING = re.compile(r"一[毛角块]钱?(?:没|都|也|不|儿|去|来|我都|$|[,。!?])")  # not a penny; also "together"
_WRITTEN_AS_MONEY = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d{2,}\.\d\d")
_CN_MONEY = re.compile(r"[百千万亿仟佰]")
_PAID = re.compile(r"(?:扣|收|刷|退|花|交|付|少|给|欠|加|抽)(?:了|我|走|掉|到|个|你)*$")
_STOP = re.compile(r"[;,。!?、]|没|还|说|都|呢|吧|手续费")
_VAGUE = re.compile(r"[一二两三四五六七八九][二三四五六七八九][百千万]")


def find_rates(text: str) -> Iterator[Found]:
    """Yield rates in per cent: 0.6%, 千分之六, 万六十, 1.2个点; 百分百 and a progress bar are none."""
    for match in _RATE.finditer(text):
        kind = match.lastgroup or ""
        said = match[kind]
        number = Decimal("0.5") if said == "半" else read_number(said)
        if number is None:
            continue
        if kind in ("percent", "hundred") and (
            number >= 20 or _NOT_RATE_BEFORE.search(text, max(0, match.start() - 8), match.start())
        ):
            continue
        if kind == "bare" and not (0 < number < 3 and _RATE_CONTEXT.search(text)):
            continue
        if kind == "spoken" and not _RATE_SPOKEN.search(text, max(0, match.start() - 16), match.end() + 6):
            continue
        if kind == "points" and number > 30:
            continue
        divide = {"thousand": 10, "mille": 10, "tenthousand": 100, "myriad": 100}.get(kind, 1)
        yield Found("rate", plain(number / divide), match.start(), match.end())


def find_amounts(text: str) -> Iterator[Found]:
    """Yield amounts in yuan, as decimal strings; counts, hotlines and 几百块 are none."""
    for match in _AMOUNT.finditer(text):
        said = _ENGLISH_SCALE.sub(lambda word: _ENGLISH_SCALES[word[0]], match["n"])
        number = read_number(re.sub(r"\s", "", said))
        if number is None or number <= 0 or match["more"] == "几":
            continue
        if not said[0].isdecimal() and _VAGUE.search(said):
            continue
        if match.start() and text[match.start() - 1] in "几数" and not match["sign"]:
            continue
        start, end = match.span()
        if match["unit"]:
            if (said.isdecimal() and len(said) > 9) or _NOTHING.match(text, start):
                continue
            if match["unit"] in ("毛", "角"):
                number /= 10
            elif match["cents"]:
                number += (read_number(match["cents"]) or 0) / Decimal(10)
                number += (read_number(match["fen"] or "零") or 0) / Decimal(100)
            if match["cents"] is None and said[0].isdecimal() and "." in said and not re.search(r"[千百万wk亿]", said):
                yield Found("amount", said.replace(",", ""), start, end)
            else:
                yield Found("amount", plain(number), start, end)
        elif match["sign"] or _is_amount(text, match, said, number):
            is_exact = re.fullmatch(ARABIC, said)
            yield Found("amount", said.replace(",", "") if is_exact else plain(number), start, end)


def _is_amount(text: str, match: re.Match[str], said: str, number: Decimal) -> bool:
    """Tell whether a number without a currency is money, by what stands around it."""
    start, end = match.span()
    if _NO_AMOUNT_AFTER.match(text, end) or (end < len(text) and text[end].isascii() and text[end].isalnum()):
        return False
    if _WRITTEN_AS_MONEY.fullmatch(said):
        return True
    if _ENGLISH_SCALE.search(match["n"]):
        return _COUNTED.match(text, end) is None
    if _ENGLISH_PAID.search(text, max(0, start - 16), start):
        return number >= 2 and len(said) <= 9 and said not in _HOTLINES and _COUNTED.match(text, end) is None
    if said[-1] in "kw" and _ENGLISH_ABOUT.search(text, max(0, start - 9), start):
        return True
    if _NO_AMOUNT_BEFORE.search(text, max(0, start - 6), start):
        return False
    if said[0].isdecimal():
        if re.search(r"[千百万wk亿]", said):
            return True
        if said in ("400", "800") and _CALLED.search(text, max(0, start - 6), min(len(text), end + 3)):
            return False
        is_hotline = said in _HOTLINES and not (len(said) == 3 and _TAKEN.search(text, max(0, start - 5), start))
        if is_hotline or len(said.split(".")[0].replace(",", "")) > 7 or number < 2:
            return False
        return bool(_MONEY_BEFORE.search(text, max(0, start - 9), start) or _MONEY_AFTER.match(text, end))
    if not _CN_MONEY.search(said) or said[0] in "百千万亿":
        return number >= 10 and bool(
            _PAID.search(text, max(0, start - 5), start) and (end == len(text) or _STOP.match(text, end))
        )
    return number >= 100
