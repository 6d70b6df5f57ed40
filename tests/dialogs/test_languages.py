"""Languages: each complete and in its own script, changed at any time; letters in Chinese whatever is spoken."""

import re
import shutil
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from dialogs import languages, loader, wordlists
from dialogs.check import DOCUMENTS, check
from dialogs.errors import Fault
from dialogs.turn import Pick, Turn

GUIDE, TEXTS = loader.load()
TODAY = date(2026, 11, 25)
SIMPLIFIED = set(
    "这说对时为过会个们来没问间开关门见听让话语该请谁读课调谈论议记认识证评译词试误谢"
    "钱银铁钟错键锁锋账贷费资购贵买卖质货贴贸赔赶赵趋跃车转轮软轻载辆辑输边达迁运还进远违连迟适选递"
    "电脑机图团园围国圆块坏场声处备复够头夹奖妇妈娱学宁宝实审宫对导寻将尔层岁岛币师帐带帮广庄庆库应庙废"
    "开异弃张弹强归当录彻征径忆忧怀态总恋恶悬惊惯惧愿户执扩扫扬护报担拥择挂挡挤损换据掷摄摆摇撑数断无旧"
    "显晓暂术杀杂权条极构枪树样检楼欢欧岁毁毕气汇汉汤沟没沪泪泽洁浅测济浏浓涛涨渐温湾湿满滚灭灯灵灾炉"
    "点烟烦热爱爷状独狮猎献环现玛珍电画畅疗症监盖盘睁码砖础确离种积称稳穷窃竞笔笼筑签简类粮紧纠红约级纪"
    "纯纲纳纵纷纸纹线练组细织终绍经结给络绝统继绩续维绿缓编缘缩缴网罗罚义习职联聪肃肤肾胆胜脏脑脸药获营"
    "萨蓝虑虽虾蚁补装见观规视览觉触订计认讨训讯讲许设访诈诉诊详诚诞语"
)
NAMES = re.compile(
    r"掌柜帮|二清|一清|跳码|受案回执|商户号|参考号|终端号|工单号|营业执照|收单机构|支付清算协会|中国支付清算协会|"
    r"人民银行|市场监管局|检察院|反映材料|反映（或举报）某某支付公司违反《非银行支付机构监督管理条例》第几条|"
    r"《?非银行支付机构监督管理条例》?|金融消费者投诉|我要投诉|我要举报|反映、举报|反映|举报|投诉|客服|申诉|补材料|"
    r"国家企业信用信息公示系统|个人经营收款码|云闪付|数字人民币|支付业务许可证|已获许可机构|支付交易处理Ⅰ类|长期有效|"
    r"备付金账户|备付金|流量费|争议解决|仲裁|公司|个体户|支付有限公司|支付|科技|信息|成都市|简体中文|繁體中文|换语言"
)
CHINESE = re.compile(r"[\u3400-\u9fff]+")


def test_every_language_has_words_for_all_that_is_said() -> None:
    assert set(TEXTS.languages) == set(GUIDE.languages) == {"zh-Hans", "zh-Hant", "en"}
    first = {key for key in TEXTS.keys("zh-Hans") if not key.startswith(DOCUMENTS)}
    for language in TEXTS.languages:
        assert {key for key in TEXTS.keys(language) if not key.startswith(DOCUMENTS)} == first
        for key in first:
            assert TEXTS.get(language, key).fields == TEXTS.get("zh-Hans", key).fields, (language, key)


def test_traditional_texts_hold_no_simplified_characters() -> None:
    for key, text in TEXTS.keys("zh-Hant").items():
        if not key.startswith(("button.language.", "command.language")):
            assert not set(text.text) & SIMPLIFIED, (key, set(text.text) & SIMPLIFIED)


def test_traditional_texts_write_each_word_in_one_way() -> None:
    """裡, 着, 聯繫, 短訊, 螢幕, 週末: never another writing of the same beside them."""
    for key, text in TEXTS.keys("zh-Hant").items():
        found = [other for other in ("裏", "著", "聯絡", "短信", "屏幕", "周末") if other in text.text]
        assert not found, (key, found)


def test_english_texts_hold_chinese_only_where_it_helps_at_a_counter() -> None:
    for key, text in TEXTS.keys("en").items():
        assert not CHINESE.findall(NAMES.sub("", text.text)), key


def test_the_hotlines_are_the_same_in_every_language() -> None:
    for key in TEXTS.keys("en"):
        for language in ("zh-Hant", "en"):
            numbers = re.findall(r"(?<!\d)(?:12\d{3}|95516|96110|110)(?!\d)", TEXTS.get(language, key).text)
            assert set(numbers) == set(
                re.findall(r"(?<!\d)(?:12\d{3}|95516|96110|110)(?!\d)", TEXTS.get("zh-Hans", key).text)
            ), (language, key)


@pytest.mark.parametrize(
    ("language", "day", "moment"),
    [
        ("zh-Hans", "11月27日", "11月27日 10:00"),
        ("zh-Hant", "11月27日", "11月27日 10:00"),
        ("en", "27 Nov", "27 Nov, 10:00"),
    ],
)
def test_a_moment_is_written_as_the_language_does(language: str, day: str, moment: str) -> None:
    now = datetime(2026, 11, 24, tzinfo=UTC)
    assert TEXTS.when(language, datetime(2026, 11, 27, tzinfo=UTC), now) == day
    assert TEXTS.when(language, datetime(2026, 11, 27, 10, tzinfo=UTC), now) == moment
    assert "2027" in TEXTS.date_words(language, "2027-01-02", now)
    assert TEXTS.date_words(language, "soon", now) == "soon"


def test_a_list_is_put_together_as_the_language_does() -> None:
    assert TEXTS.listed("zh-Hans", ["甲", "乙", "丙"]) == "甲、乙、丙"
    assert TEXTS.listed("en", ["a", "b", "c"]) == "a, b, c"
    assert TEXTS.listed("en", ["a", "b"], "list.clauses") == "a; b"
    assert TEXTS.listed("en", []) == ""


@pytest.mark.parametrize(
    ("words", "language"),
    [
        ("english please", "en"),
        ("说中文", "zh-Hans"),
        ("转繁体字", "zh-Hant"),
        ("可以讲粤语吗", "zh-Hant"),
        ("别用英文了，说中文", "zh-Hans"),
        ("我看不懂简体，转繁体字", "zh-Hant"),
        ("说中文，不要英文", "zh-Hans"),
        ("i can't read chinese, change language", ""),
        ("用韩文行不", ""),
        ("繁体中文", "zh-Hant"),
        ("traditional chinese please", "zh-Hant"),
    ],
)
def test_the_language_named_last_and_not_denied_is_meant(words: str, language: str) -> None:
    assert languages.named(GUIDE, words) == language


def test_a_language_is_only_wanted_where_a_change_is_wished_for() -> None:
    assert languages.wanted(GUIDE, Turn("words", "The clerk speaks English", "company_silent")) == ""
    assert languages.wanted(GUIDE, Turn("words", "English!", "switch_language")) == "en"
    assert languages.wanted(GUIDE, Turn("pick", pick=Pick(1, "!language", "zh-Hant"))) == "zh-Hant"
    assert languages.wanted(GUIDE, Turn("pick", pick=Pick(1, "!language", "tlh"))) == ""


def test_a_word_in_latin_letters_stands_alone() -> None:
    assert wordlists.position("app", "what happened") == -1
    assert wordlists.position("App", "打开app看看") == 2
    assert wordlists.position("T+1", "是t+1吗") == 1
    assert wordlists.says(["小票", "slip"], "the slip.")


@pytest.mark.parametrize(
    ("file", "old", "new", "key", "words", "warning"),
    [
        (
            "en/scam.yaml",
            "  scam.one_time_code:",
            "  scam.one_time_cod:",
            "scam.one_time_code",
            "not translated",
            False,
        ),
        ("zh-Hant/common.yaml", "{items}", "{item}", "understood", "placeholders", False),
        ("en/reminders.yaml", "texts:", "texts:\n  letter.we: us", "letter.we", "Chinese alone", False),
        ("en/scam.yaml", "reviewed: 2026-11-24", "reviewed: 2026-11-01", "scam.one_time_code", "older", True),
        ("en/codes.yaml", "  code.advice.51:", "  code.advice.5l:", "code.advice.51", "not translated", False),
        ("en/words.yaml", "  fixed:", "  fixt:", "slots.fixt", "no such thing", False),
        ("en/words.yaml", "\nnews:", "\nolds:", "olds", "has no words", False),
        ("guide.yaml", "\n  en: [", "\n  nl: [", "languages", "en needs", False),
    ],
)
def test_what_a_language_lacks_is_a_fault(
    tmp_path: Path, file: str, old: str, new: str, key: str, words: str, warning: bool
) -> None:
    folder = tmp_path / "content"
    shutil.copytree(loader.CONTENT, folder)
    path = folder / file
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")

    found: list[Fault] = check(folder, today=TODAY)

    assert any(one.key == key and words in one.message and one.warning is warning for one in found), found
