"""Numbers as people write them: 3万2, 一千五, 1.8w, 肆仟伍佰, 五点五."""

import re
from decimal import Decimal

_DIGIT_FORMS = ("零〇", "一壹幺", "二两俩贰", "三叁仨", "四肆", "五伍", "六陆", "七柒", "八捌", "九玖")
_DIGITS = {char: value for value, chars in enumerate(_DIGIT_FORMS) for char in chars}
_UNITS = {
    "十": 10,
    "拾": 10,
    "百": 100,
    "佰": 100,
    "千": 1000,
    "仟": 1000,
    "k": 1000,
    "万": 10**4,
    "w": 10**4,
    "亿": 10**8,
}
_TOKEN = re.compile(r"\d[\d,]*(?:\.\d+)?|.")
ARABIC = r"(?:\d{1,3}(?:,\d{3})+(?!\d)(?:\.\d+)?|\d+(?:\.\d+)?)"
CHINESE_DIGIT = "零〇一二两俩三四五六七八九壹贰叁肆伍陆柒捌玖"


def read_number(text: str) -> Decimal | None:
    """Return the value of a number in Arabic or Chinese figures or a mixture, or None where it is not one."""
    if not text:
        return None
    whole = Decimal(0)  # what stands before the last 万 or 亿
    section = Decimal(0)
    number: Decimal | None = None
    last_unit = 0
    after_zero = False
    fraction = 0
    for token in _TOKEN.findall(text):
        if token[0].isdecimal() and token.isascii():
            if number is not None:
                return None
            number = Decimal(token.replace(",", ""))
        elif token in _DIGITS:
            digit = _DIGITS[token]
            if fraction:
                number = (number or Decimal(0)) + Decimal(digit) / 10**fraction
                fraction += 1
            elif number is None:
                number = Decimal(digit)
                after_zero = digit == 0
            elif after_zero and number == 0:
                number = Decimal(digit)
            else:
                number = number * 10 + digit
        elif token == "点" and number is not None and not fraction:
            fraction = 1
        elif token in _UNITS:
            unit = _UNITS[token]
            if unit >= 10**4:
                section += number if number is not None else 0
                if not section:
                    return None
                whole, section = (whole + section) * unit, Decimal(0)
            else:
                section += (number if number is not None else Decimal(1)) * unit
            number, last_unit, after_zero, fraction = None, unit, False, 0
        else:
            return None
    if number is not None:
        # 一千五 is 1,500: a last figure without its unit counts one place below the unit before it
        is_short = last_unit > 10 and 0 < number < 10 and number == int(number) and not after_zero and not fraction
        section += number * (last_unit // 10) if is_short else number
    return whole + section


def plain(value: Decimal) -> str:
    """Return a number without exponent and without zeros it does not need."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
