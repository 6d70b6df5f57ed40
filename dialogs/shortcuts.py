"""A few words that mean the same as a tap: undo, going to a section or to another case."""

import re
from collections.abc import Mapping

from dialogs.guide import Guide
from dialogs.turn import Pick

NUMERALS: Mapping[str, str] = {numeral: str(number) for number, numeral in enumerate("一二三四五六七八九十", 1)}
MARKS = " 。.!！,，~～?？"
LEAD = r"(?:我想|我要|咱们|我们|直接|还是|请|再|i want to |let's |please )*"
WAY = (
    r"(?:先看看?|先说|先弄|先?(?:跳到|跳去|跳回|转到|切到|去到|回到|去|回|到|进)|"
    r"go back to |back to |go to |jump to |skip to )"
)
PLACE = r"(?:的?那一?步|的?这一?步|那里|那边|那部分|部分|环节|吧| step| section)*"
TO_SECTION = re.compile(rf"{LEAD}(?P<way>{WAY})?(?:the )?(?P<name>.+?)(?P<place>{PLACE})")
UNDO = re.compile(
    r"(?:不对|不是|错了|弄错了|说错了|点错了|哎呀|等等|等一下|算了|把|no|wait|sorry|please)?[，, 。!！]*(?:请|帮我)?"
    r"(?:撤销|撤回|复原|还原|undo)"
    r"(?: ?(?:一下|上一步|上一句|上一条|刚才|刚刚|那个|那步|那句|的|吧|它|掉|that|it|last|please))*"
)
STEP = re.compile(r"第 ?(\d|[一二三四五六七])步|step (\d)")
N = r"(\d{1,3}|[一二三四五六七八九十])"
CASE = (
    rf"(?:第 ?{N} ?(?:(?:个|件|桩)(?:案子|案件|事情|事儿|事)|件|桩)"
    rf"|(?:案子|案件|case) ?(?:no\.? ?|#)?{N}(?: ?号)?)"
)
TO_CASE = re.compile(
    rf"(?:{LEAD}(?:切换到|切到|换到|回到|转到|去|看|说|接着说|接着办|go to |back to |switch to )? ?)?"
    rf"{CASE}(?:吧)?"
)

ABOUT_CASE = re.compile(rf"{CASE}[，,;；:：。. ]+")
ORDINAL = re.compile(r"(?:the )?(first|second|third|fourth|fifth) (?:case|matter|one)[，,;:. ]+")
ORDINALS: Mapping[str, str] = {"first": "1", "second": "2", "third": "3", "fourth": "4", "fifth": "5"}


def leading_case(folded: str) -> tuple[int, int]:
    """The number of the case that the words begin with and where the rest begins; (0, 0) for none, or for no rest.

    >>> leading_case("第二件，说好刷满就退")
    (2, 4)
    """
    found = ABOUT_CASE.match(folded) or ORDINAL.match(folded)
    if found is None or not folded[found.end() :].strip(MARKS):
        return 0, 0
    return int(_number(found)), found.end()


def pick(guide: Guide, case_no: int, folded: str) -> Pick | None:
    """The tap that the words stand for, None for none. `folded`: as `Turn.plain`."""
    text = folded.strip(MARKS)
    if UNDO.fullmatch(text):
        return Pick(case_no, "!undo")
    if found := TO_CASE.fullmatch(text):
        return Pick(case_no, "!case", _number(found))
    section = _section(guide, text)
    return Pick(case_no, "!go", section) if section else None


def _section(guide: Guide, text: str) -> str:
    found = TO_SECTION.fullmatch(text)
    if found is None:
        return ""
    if step := STEP.fullmatch(text) or STEP.fullmatch(found["name"]):
        number = int(_number(step))
        return guide.sections[number] if 0 < number < len(guide.sections) else ""
    if not (found["way"] or found["place"]):
        return ""
    return next((section for section, words in guide.section_words.items() if found["name"] in words), "")


def _number(found: re.Match[str]) -> str:
    said = next(group for group in found.groups() if group)
    return NUMERALS.get(said) or ORDINALS.get(said, said)
