"""Makes pictures to read, with what is true of them: slips, lists, screens, messages; nothing of it is real."""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

FONTS = Path("/usr/share/fonts/opentype/noto")
SIMPLIFIED = 2  # the face of the collection that draws Chinese as on the mainland
NOW = datetime.fromisoformat("2026-11-24T10:30:00+08:00")
SHOPS = (
    "杭州市西湖区张记小吃店",
    "兴隆五金建材经营部",
    "李姐水果超市",
    "鑫源烟酒商行",
    "老王便利店(文三路店)",
    "成都市锦江区蜀香面馆",
    "广州市白云区佳美服装店",
    "阿芳美甲",
    "深圳市福田区华强北通达数码",
    "顺发汽配维修中心",
)
ACQUIRERS = ("银联商务", "拉卡拉支付", "中国工商银行", "通联支付", "随行付", "招商银行")
BANKS = ("工商银行", "建设银行", "农业银行", "招商银行", "中国银行", "邮储银行")
PREFIXES = ("622202", "621700", "622848", "622588", "625912", "436742")


@dataclass(frozen=True, slots=True)
class Sample:
    """A picture and the fields that can be read in it, one mapping for each transaction."""

    picture: Image.Image
    truth: tuple[dict[str, str], ...]
    kind: str


@dataclass
class Facts:
    """One made-up transaction."""

    luck: random.Random
    values: dict[str, str] = field(init=False)

    def __post_init__(self) -> None:
        luck = self.luck
        moment = NOW.replace(tzinfo=None) - timedelta(seconds=luck.randrange(3600, 86400 * 300))
        cents = luck.choice(
            (luck.randrange(100, 9999), luck.randrange(10000, 999999), luck.randrange(1000000, 5000000))
        )
        self.values = {
            "merchant_name": luck.choice(SHOPS),
            "merchant_no": luck.choice(("898", "821", "105", "301", "850")) + number(luck, 12),
            "terminal_no": luck.choice(("0", "1", "6", "9")) + number(luck, 7),
            "card_masked": luck.choice(PREFIXES) + "******" + number(luck, 4),
            "acquirer": luck.choice(ACQUIRERS),
            "trade_type": luck.choice(("消费", "消费", "消费", "消费撤销", "退货", "预授权完成")),
            "time": moment.replace(microsecond=0).isoformat(),
            "amount": f"{cents / 100:.2f}",
            "reference_no": number(luck, 12),
            "voucher_no": number(luck, 6),
            "batch_no": number(luck, 6),
            "auth_code": number(luck, 6),
            "order_no": moment.strftime("%Y%m%d") + number(luck, 14),
        }

    def __getitem__(self, name: str) -> str:
        return self.values[name]

    @property
    def moment(self) -> datetime:
        """When it was."""
        return datetime.fromisoformat(self["time"])

    @property
    def money(self) -> str:
        """The amount with thousands set apart, sometimes."""
        return f"{float(self['amount']):,.2f}" if self.luck.random() < 0.5 else self["amount"]

    def only(self, *names: str) -> dict[str, str]:
        """Those of its fields that a layout shows."""
        return {name: self[name] for name in names}


def number(luck: random.Random, length: int) -> str:
    """Random digits."""
    return "".join(str(luck.randrange(10)) for _ in range(length))


def font(size: int, *, serif: bool = False, bold: bool = False) -> ImageFont.FreeTypeFont:
    """A Chinese font of the system."""
    name = f"Noto{'Serif' if serif else 'Sans'}CJK-{'Bold' if bold else 'Regular'}.ttc"
    return ImageFont.truetype(str(FONTS / name), size, index=SIMPLIFIED)


Row = str | tuple[str, int] | tuple[str, str]


def paper(rows: Sequence[Row], *, width: int = 620, size: int = 26, serif: bool = False, ink: int = 30) -> Image.Image:
    """Rows on a strip of paper: a text, a text in another size, or one text at each edge."""
    gap = int(size * 0.55)
    height = (
        60 + sum((row[1] if isinstance(row, tuple) and isinstance(row[1], int) else size) + gap for row in rows) + 60
    )
    picture = Image.new("RGB", (width, height), (252, 251, 247))
    draw = ImageDraw.Draw(picture)
    y, colour = 50, (ink, ink, ink)
    for row in rows:
        if isinstance(row, str):
            draw.text((34, y), row, fill=colour, font=font(size, serif=serif))
            y += size + gap
        elif isinstance(row[1], int):
            big = font(row[1], serif=serif, bold=True)
            x = (width - draw.textlength(row[0], font=big)) / 2 if row[0].endswith(" ") else 34
            draw.text((x, y), row[0], fill=colour, font=big)
            y += row[1] + gap
        else:
            face = font(size, serif=serif)
            draw.text((34, y), row[0], fill=colour, font=face)
            draw.text((width - 34 - draw.textlength(row[1], font=face), y), row[1], fill=colour, font=face)
            y += size + gap
    return picture


def bilingual(luck: random.Random) -> Sample:
    """The classic slip: Chinese and English labels, long values on the next line."""
    f = Facts(luck)
    card = f["card_masked"]
    spaced = f"{card[:4]} {card[4:6]}** **** {card[-4:]}" if luck.random() < 0.5 else card
    rows: list[Row] = [
        ("POS签购单 ", 40),
        "商户名称(MERCHANT NAME):",
        f["merchant_name"],
        "商户编号(MERCHANT NO.):",
        f["merchant_no"],
        f"终端编号(TERMINAL NO.):{f['terminal_no']}",
        "操作员号(OPERATOR NO.):01",
        f"发卡行(ISS NO):{luck.choice(BANKS)}",
        f"收单行(ACQ NO):{f['acquirer']}",
        "卡号(CARD NO.):",
        (f"{spaced} /{luck.choice('CISN')}", 32),
        f"有效期(EXP DATE):{luck.randrange(27, 33)}{luck.randrange(1, 13):02d}"
        if luck.random() < 0.3
        else "有效期(EXP DATE):****",
        f"交易类型(TRANS TYPE):{f['trade_type']}",
        f"批次号(BATCH NO.):{f['batch_no']}",
        f"凭证号(VOUCHER NO.):{f['voucher_no']}",
        f"授权码(AUTH NO.):{f['auth_code']}",
        f"参考号(REFER NO.):{f['reference_no']}",
        f"日期/时间(DATE/TIME):{f.moment:%Y/%m/%d %H:%M:%S}",
        "金额(AMOUNT):",
        (f"RMB {f.money}", 38),
        "备注(REFERENCE):",
        "持卡人签名(CARDHOLDER SIGNATURE)",
        "",
        "",
        "本人确认以上交易,同意将其记入本卡账户",
    ]
    truth = f.only(*(name for name in f.values if name != "order_no"))
    return Sample(paper(rows, serif=luck.random() < 0.3), (truth,), "slip")


def plain(luck: random.Random) -> Sample:
    """A narrow slip: label and value on one line, two short ones side by side."""
    f = Facts(luck)
    colon = luck.choice((":", ":", " "))
    rows: list[Row] = [
        ("银联签购单 ", 36),
        f"商户名称{colon}{f['merchant_name']}",
        f"商户号{colon}{f['merchant_no']}",
        f"终端号{colon}{f['terminal_no']}  操作员{colon}001",
        f"收单机构{colon}{f['acquirer']}",
        f"卡号{colon}{f['card_masked']}",
        f"交易类别{colon}{f['trade_type']}",
        f"流水号{colon}{f['voucher_no']}  批次号{colon}{f['batch_no']}",
        f"检索参考号{colon}{f['reference_no']}",
        f"授权码{colon}{f['auth_code']}",
        f"交易时间{colon}{f.moment:%Y-%m-%d %H:%M:%S}",
        (f"交易金额{colon}¥{f.money}", 32),
        "小费:",
        "总计:",
        "--------------------",
        "商户存根 请妥善保管",
    ]
    truth = f.only(*(name for name in f.values if name != "order_no"))
    return Sample(paper(rows, width=560, size=24), (truth,), "slip")


def english(luck: random.Random) -> Sample:
    """A slip in English, date and time apart."""
    f = Facts(luck)
    kind = {"消费": "SALE", "消费撤销": "VOID", "退货": "REFUND", "预授权完成": "AUTH COMPLETE"}[f["trade_type"]]
    rows: list[Row] = [
        ("SALES SLIP ", 40),
        f["merchant_name"],
        f"MERCHANT NO. {f['merchant_no']}",
        f"TERMINAL NO. {f['terminal_no']}",
        f"CARD NO. {f['card_masked']} S",
        f"TRANS TYPE: {kind}",
        f"BATCH NO: {f['batch_no']}",
        f"TRACE NO: {f['voucher_no']}",
        f"AUTH NO: {f['auth_code']}",
        f"REF NO: {f['reference_no']}",
        (f"DATE: {f.moment:%Y/%m/%d}", f"TIME: {f.moment:%H:%M:%S}"),
        "AMOUNT",
        (f"RMB {f.money}", 40),
        "TIPS",
        "TOTAL",
        "SIGNATURE",
    ]
    truth = f.only(
        "merchant_no",
        "terminal_no",
        "card_masked",
        "time",
        "amount",
        "reference_no",
        "voucher_no",
        "batch_no",
        "auth_code",
    )
    return Sample(paper(rows, width=600), (truth,), "slip")


def edges(luck: random.Random) -> Sample:
    """Labels at the left edge, values at the right one."""
    f = Facts(luck)
    rows: list[Row] = [
        ("签购单 ", 40),
        ("商户名称", f["merchant_name"]),
        ("商户编号", f["merchant_no"]),
        ("终端编号", f["terminal_no"]),
        ("交易类型", f["trade_type"]),
        ("卡号", f["card_masked"]),
        ("收单机构", f["acquirer"]),
        ("票据号", f["voucher_no"]),
        ("批次号", f["batch_no"]),
        ("授权号", f["auth_code"]),
        ("系统参考号", f["reference_no"]),
        ("交易日期", f"{f.moment:%Y/%m/%d}"),
        ("交易时间", f"{f.moment:%H:%M:%S}"),
        ("交易金额", f"{f.money}元"),
    ]
    truth = f.only(*(name for name in f.values if name != "order_no"))
    return Sample(paper(rows, width=680), (truth,), "slip")


def scanned(luck: random.Random) -> Sample:
    """The slip of a payment by code: no card, an order number."""
    f = Facts(luck)
    rows: list[Row] = [
        ("微信支付签购单 " if luck.random() < 0.5 else "支付宝签购单 ", 36),
        f"商户名称:{f['merchant_name']}",
        f"商户编号:{f['merchant_no']}",
        f"终端编号:{f['terminal_no']}",
        "交易类型:扫码支付",
        f"商户订单号:{f['order_no']}",
        f"参考号:{f['reference_no']}",
        f"凭证号:{f['voucher_no']}",
        f"支付时间:{f.moment:%Y-%m-%d %H:%M:%S}",
        f"订单金额:{f['amount']}元",
        "优惠金额:0.00元",
        (f"实付金额:{f['amount']}元", 32),
    ]
    truth = f.only(
        "merchant_name", "merchant_no", "terminal_no", "order_no", "reference_no", "voucher_no", "time", "amount"
    )
    return Sample(paper(rows, width=640), (truth,), "slip")


def refund(luck: random.Random) -> Sample:
    """A refund that also names the payment it takes back."""
    f, old = Facts(luck), Facts(luck)
    rows: list[Row] = [
        ("POS签购单 ", 36),
        f"商户名称:{f['merchant_name']}",
        f"商户编号:{f['merchant_no']}",
        f"终端编号:{f['terminal_no']}",
        f"卡号:{f['card_masked']}",
        "交易类型:退货(REFUND)",
        f"批次号:{f['batch_no']}",
        f"凭证号:{f['voucher_no']}",
        f"参考号:{f['reference_no']}",
        f"原参考号:{old['reference_no']}",
        f"原凭证号:{old['voucher_no']}",
        f"原交易日期:{old.moment:%m%d}",
        f"日期时间:{f.moment:%Y/%m/%d %H:%M}",
        (f"退款金额:RMB {f.money}", 30),
    ]
    truth = f.only(
        "merchant_name", "merchant_no", "terminal_no", "card_masked", "batch_no", "voucher_no", "reference_no", "amount"
    )
    return Sample(paper(rows), (truth | {"trade_type": "退货", "time": f["time"][:16]},), "slip")


def screen(
    rows: Sequence[tuple[int, int, str, int, str]], height: int, *, dark: bool, width: int = 1080
) -> Image.Image:
    """A phone's screen: texts with their place, size and tone ("", "dim", "money")."""
    picture = Image.new("RGB", (width, height), (22, 22, 24) if dark else (247, 247, 247))
    draw = ImageDraw.Draw(picture)
    tones = {"": (232, 232, 232) if dark else (25, 25, 25), "dim": (150, 150, 155), "money": (250, 160, 60)}
    draw.text((60, 24), "14:35", fill=tones[""], font=font(36))
    draw.text((width - 150, 24), "86%", fill=tones[""], font=font(36))
    for x, y, text, size, tone in rows:
        face = font(size)
        left = x if x >= 0 else width + x - draw.textlength(text, font=face)
        draw.text((left, y), text, fill=tones[tone], font=face)
    return picture


def detail(luck: random.Random) -> Sample:
    """One transaction on the screen of a merchant's app."""
    f = Facts(luck)
    rows = [
        (420, 110, "交易详情", 44, ""),
        (380, 240, f"{'+' if luck.random() < 0.5 else '¥'}{f['amount']}", 84, ""),
        (450, 370, "交易成功", 36, "dim"),
    ]
    fields = [
        ("交易类型", "银行卡收款"),
        ("交易时间", f"{f.moment:%Y-%m-%d %H:%M:%S}"),
        ("交易卡号", f["card_masked"]),
        ("手续费", "0.38元"),
        ("订单编号", f["order_no"]),
        ("参考号", f["reference_no"]),
        ("终端号", f["terminal_no"]),
        ("商户号", f["merchant_no"]),
    ]
    for place, (label, value) in enumerate(fields):
        rows += [(60, 520 + 110 * place, label, 38, "dim"), (-60, 520 + 110 * place, value, 38, "")]
    truth = f.only("amount", "time", "card_masked", "order_no", "reference_no", "terminal_no", "merchant_no")
    return Sample(screen(rows, 1600, dark=luck.random() < 0.5), (truth,), "detail")


def listing(luck: random.Random) -> Sample:
    """A list of settlements or payments on a phone."""
    facts = sorted((Facts(luck) for _ in range(luck.randrange(4, 8))), key=lambda f: f["time"], reverse=True)
    total = sum(float(f["amount"]) for f in facts)
    rows = [
        (430, 110, luck.choice(("结算记录", "交易明细", "收款记录")), 44, ""),
        (60, 220, f"共{len(facts)}笔 合计¥{total:,.2f}", 34, "dim"),
    ]
    for place, f in enumerate(facts):
        y = 330 + 190 * place
        rows += [
            (60, y, luck.choice(("银行卡收款", "微信收款", "支付宝收款", "结算到账")), 40, ""),
            (-60, y, f"{luck.choice(('+', '', '¥'))}{f.money}", 44, "money"),
            (60, y + 66, f"{f.moment:%Y-%m-%d %H:%M:%S}", 32, "dim"),
            (-60, y + 66, luck.choice(("已结算", "结算中", "已到账")), 32, "dim"),
        ]
    truth = tuple(f.only("amount", "time") for f in facts)
    return Sample(screen(rows, 460 + 190 * len(facts), dark=luck.random() < 0.5), truth, "list")


def table(luck: random.Random) -> Sample:
    """A printed table of settlements: heads above columns."""
    facts = [Facts(luck) for _ in range(luck.randrange(3, 7))]
    heads = ("日期", "交易金额", "手续费", "结算金额", "状态")
    at = (40, 300, 480, 640, 860)
    picture = Image.new("RGB", (1000, 200 + 60 * len(facts)), "white")
    draw = ImageDraw.Draw(picture)
    draw.text((380, 20), "结算对账单", fill="black", font=font(34))
    for x, head in zip(at, heads, strict=True):
        draw.text((x, 90), head, fill="black", font=font(26))
    for place, f in enumerate(facts):
        fee = round(float(f["amount"]) * 0.006, 2)
        cells = (f"{f.moment:%Y-%m-%d}", f["amount"], f"{fee:.2f}", f"{float(f['amount']) - fee:.2f}", "已结算")
        for x, cell in zip(at, cells, strict=True):
            draw.text((x, 150 + 60 * place), cell, fill="black", font=font(24))
    truth = tuple({"amount": f["amount"], "time": f["time"][:10]} for f in facts)
    return Sample(picture, truth, "list")


def chat(luck: random.Random) -> Sample:
    """A chat with the company's agent: words, no transaction."""
    said = luck.sample(
        (
            "你好,我的机器昨天刷的钱还没到账",
            "您好,请提供一下商户号",
            "等了三天了,打电话也没人接",
            "这个要等风控审核,最迟T+7",
            "当时说好的0.6费率,怎么变0.75了",
            "押金什么时候退给我",
            "亲,系统升级,请耐心等待",
            "再不处理我就投诉了",
        ),
        6,
    )
    rows, y = [(440, 110, "支付客服小刘", 42, ""), (470, 210, "昨天 15:42", 28, "dim")], 300
    for place, text in enumerate(said):
        rows.append((180 if place % 2 == 0 else -180, y, text, 38, ""))
        y += 150
    return Sample(screen(rows, y + 120, dark=luck.random() < 0.5), (), "chat")


def message(luck: random.Random) -> Sample:
    """A bank's text message about money that came in."""
    f = Facts(luck)
    text = f"【{luck.choice(BANKS)}】您尾号{number(luck, 4)}的账户于{f.moment:%Y年%m月%d日%H:%M}"
    text += f"入账人民币{f['amount']}元,余额{number(luck, 4)}.50元。"
    rows = [(440, 110, "95588", 42, "")] + [(120, 300 + 62 * i, text[i * 18 : i * 18 + 18], 40, "") for i in range(6)]
    return Sample(
        screen(rows, 900, dark=luck.random() < 0.5), ({"amount": f["amount"], "time": f["time"][:16]},), "sms"
    )


LAYOUTS: tuple[Callable[[random.Random], Sample], ...] = (
    bilingual,
    plain,
    english,
    edges,
    scanned,
    refund,
    detail,
    listing,
    table,
    chat,
    message,
)
SLIPS = LAYOUTS[:6]
