"""Numbers that name something: phones, merchants, terminals, references, codes; and those that must not be read."""

import re
from collections.abc import Iterator

from nlu.spans import Found

_CONTEXT = (
    r"\s?(?:编号|号码|编码|号|代码|number|no\.?|id)?\s?"
    r"(?:is\s|是|为|:|叫|写着|写的|显示|：|=|#|\s|印的|上面){0,6}\s?"
)
_MERCHANT = re.compile(rf"(?:商户|商编|门店|mid|merchant)(?:{_CONTEXT})(?P<v>(?=[a-z]*\d)[0-9a-z]{{15}})(?![0-9a-z])")
_TERMINAL = re.compile(
    rf"(?:终端|tid|terminal|机身|设备|机器)(?:{_CONTEXT})(?P<v>(?=[a-z]*\d)[0-9a-z]{{8}})(?![0-9a-z])"
)
_REFERENCE = re.compile(rf"(?:参考|检索|rrn|ref|reference)(?:参考)?(?:{_CONTEXT})(?P<v>\d{{12}})(?![0-9a-z])")
_BARE_MERCHANT = re.compile(r"(?<![0-9a-z])(?P<v>[1-9]\d{14})(?![0-9a-z])")
_CARD = re.compile(r"(?<![\da-z])(?:\d{13,24}|\d{4}(?:[ \-]\d{4}){2,3}(?:[ \-]\d{1,4}){1,2})(?![\da-z])")
_MASKED = re.compile(r"\d{3,6}[*x]{2,}\d{2,4}|尾号\s?(?:是|为|:)?\s?\d{3,6}|[*x]{3,}\d{3,4}")
_TWELVE = re.compile(r"(?<![\da-z])\d{12}(?![\da-z])")
_OTHER_NUMBER = re.compile(
    r"(?:卡号|银行卡|身份证号?码?|账号|序列号|sn|流水号|凭证号?|批次号?|授权码|订单(?:号|尾号)?|单号|工单号?|qq号?|微信号?"
    r"|快递单号|运单号|票据号|邮编|密码|验证码|工号)"
    r"(?:码)?\s?(?:是|为|:|叫|写着)?\s?(?P<v>[0-9a-z*]{4,30})"
)
_MOBILE = re.compile(r"(?<![\da-z.])(?:\+?86[ \-]?)?(?P<v>1[3-9]\d[ \-]?\d{4}[ \-]?\d{4})(?![\d])")
_LANDLINE = re.compile(r"(?<![\d])(?P<v>\(?0\d{2,3}\)?[ \-]?\d{7,8})(?![\d])")
_SERVICE = re.compile(r"(?<![\d])(?P<v>[48]00[ \-]?\d{3}[ \-]?\d{4}|[48]00[ \-]?\d{4}[ \-]?\d{3})(?![\d])")
_SPOKEN = re.compile(r"[幺一二三四五六七八九零〇]{11}")
_SPOKEN_DIGITS = str.maketrans("零〇幺一二三四五六七八九", "001123456789")
_CODE_WORDS = (
    r"(?:响应码|应答码|返回码|错误码|错误代码|故障代码|代码|错码|码|提示码?|报错?码?|跳出?来?|蹦出?来?|弹出?来?|显示|出现|出了?|冒出?"
    r"|返回|屏幕上?|error|code|失败|拒绝|错误|先是|还是|又是|老是|总是|一直是?|都是)"
)
_CODE = re.compile(
    rf"{_CODE_WORDS}(?:了|个|一个|的|是|为|写着?|上|着|出|错误|代码|又|,|:|\(|\s|“|\"|码|着是){{0,6}}"
    r"(?P<v>[0-9a-z]{2}|零[一二三四五六七八九])"
    r"(?![0-9a-z.%]|\s?(?:块|元|个|天|号|年|月|点|分|次|台|张|万|千|百|秒|笔|岁|小时|度|折|家|条|米|格|遍|周|人|回|路|寸|版|%))"
)
_SPOKEN_CODE = re.compile(
    r"(?:响应码|应答码|错误码|代码|提示码?|报错?|跳出?)(?:个|是|了)?(?P<v>[零一二三四五六七八九]{2})(?![一二三四五六七八九十百千万块元天个点年月次])"
)
_CODE_FIRST = re.compile(
    r"(?<![0-9a-z.\-:/])(?P<v>[0-9a-z]\d|\d[a-z]|零[一二三四五六七八九])"
    r"(?:错误|报错|是啥|啥意思|是什么|什么意思|是干|怎么回事|什么情况|什么毛病|故障|代码|又是啥|怎么办|咋回事|啥情况|咋弄|咋办)"
)
_MORE_CODES = re.compile(
    r"(?:又|再|重试|是|和|或|后来|然后|变成?|还有|,|、|跳|报|成|再跳|接着){1,3}"
    r"(?P<v>\d\d|[a-z]\d)(?![0-9a-z.%块元个天号年月点分次台张万千百秒笔家])"
)


def find_identifiers(text: str) -> Iterator[Found]:
    """Yield phones and merchant, terminal and reference numbers; of card and other numbers only their place."""
    for pattern, kind in ((_MERCHANT, "merchant_no"), (_TERMINAL, "terminal_no"), (_REFERENCE, "reference_no")):
        for match in pattern.finditer(text):
            yield Found(kind, match["v"].upper(), *match.span("v"))
    for match in _OTHER_NUMBER.finditer(text):
        yield Found("", "", *match.span("v"))
    for match in _BARE_MERCHANT.finditer(text):
        if not (match["v"][:2] in ("34", "37") and passes_luhn(match["v"])):
            yield Found("merchant_no", match["v"], *match.span("v"))
    for match in _CARD.finditer(text):
        yield Found("", "", *match.span())
    for pattern in (_MOBILE, _LANDLINE, _SERVICE):
        for match in pattern.finditer(text):
            digits = re.sub(r"\D", "", match["v"])
            yield Found("phone", digits, *match.span("v"))
    for match in _SPOKEN.finditer(text):
        digits = match.group().translate(_SPOKEN_DIGITS)
        if digits[0] == "1" and digits[1] in "3456789":
            yield Found("phone", digits, *match.span())
    for match in _MASKED.finditer(text):
        yield Found("", "", *match.span())
    for match in _TWELVE.finditer(text):
        yield Found("reference_no", match.group(), *match.span())


def find_codes(text: str) -> Iterator[Found]:
    """Yield response codes: the two characters a terminal shows, by the words around them."""
    found = False
    for pattern in (_CODE, _CODE_FIRST):
        for match in pattern.finditer(text):
            code = _code(match["v"])
            if code:
                found = True
                yield Found("response_code", code, *match.span("v"))
    for match in _SPOKEN_CODE.finditer(text):
        found = True
        yield Found("response_code", match["v"].translate(_SPOKEN_DIGITS), *match.span("v"))
    if found:
        for match in _MORE_CODES.finditer(text):
            if code := _code(match["v"]):
                yield Found("response_code", code, *match.span("v"))
    elif re.fullmatch(r"\s*0\d\s*", text):
        yield Found("response_code", text.strip(), 0, len(text))


def passes_luhn(digits: str) -> bool:
    """Tell whether a number has the check digit of a payment card."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (1 + place % 2)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def _code(said: str) -> str | None:
    if said[0] == "零":
        return "0" + str("一二三四五六七八九".index(said[1]) + 1)
    return said.upper() if any(char.isdecimal() for char in said) and said.isascii() else None
