"""A make-believe house behind the web chat: takes updates and shows a conversation, all in memory.

`python -m tests.support.fake_web [port]` serves the page with it on the loopback, for looking at it.
"""

import asyncio
import hashlib
import sys
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from starlette.applications import Starlette

from bot.channels.base import Unavailable
from bot.channels.web import WebChannel
from bot.messages import Answer, Attachment, Choice, OutgoingMessage, Update
from bot.settings import Settings
from bot.web.app import build
from bot.web.events import Pace
from bot.web.intake import Limits
from tests.support.served import listening

NOW = datetime(2026, 3, 9, 14, 3, tzinfo=ZoneInfo("Asia/Shanghai"))
SECTIONS = {
    "assess": "弄清问题",
    "evidence": "留好证据",
    "contact_support": "联系客服",
    "rights": "投诉维权",
    "alternatives": "换个办法收钱",
    "legal": "法律途径",
}
GREETING = OutgoingMessage(
    "opening.greeting",
    "您好，我是掌柜帮。\nPOS 机出毛病、钱没到账、公司不理人，我陪您一步一步办。不收钱，也不推销。\n\n"
    "您遇到的是哪一种？",
    (
        Choice("problem=no_settlement", "刷了卡，钱没到账"),
        Choice("problem=machine", "机器用不了"),
        Choice("problem=no_answer", "客服联系不上"),
        Choice("problem=fee", "费用不对"),
        Choice("problem=other", "说不清，我慢慢讲"),
    ),
)
REPLIES = {
    "problem=no_settlement": [
        OutgoingMessage(
            "assess.settlement.calm",
            "明白了，刷卡成功但钱没到账。先别急：多数情况是结算晚了或被风控暂停，钱还在清算途中。",
        ),
        OutgoingMessage(
            "assess.settlement.since",
            "这笔钱是什么时候刷的？",
            (Choice("since=today", "今天"), Choice("since=yesterday", "昨天"), Choice("since=older", "两天以前")),
        ),
    ],
    "since=older": [
        OutgoingMessage(
            "assess.settlement.amount",
            "超过两天，已经过了一般的到账时间（T+1）。大概多少钱没到？直接打数字就行，比如：3860",
            (Choice("skip", "记不清了"),),
        )
    ],
    "human=1": [
        OutgoingMessage(
            "human.noted",
            "记下了：您想找人帮忙。值班同事工作日 9:00–18:00 会看到，一般当天回复您。"
            "等的时候，我可以先陪您把证据存好。",
            (Choice("go=evidence", "先存证据"),),
        )
    ],
}
ASK_PHOTO = OutgoingMessage(
    "evidence.ask_slip",
    "接下来把证据留住。请把这笔交易的签购单（小票）拍一张发给我，看得清商户号、终端号和参考号就好。",
    (Choice("photo=none", "小票没有了"), Choice("photo=later", "晚点再拍")),
)
FALLBACK = OutgoingMessage("turn.noted", "好的，我记下了。还有别的要补充吗？", (Choice("done", "没有了"),))


@dataclass
class _Talk:
    """One person's conversation."""

    messages: list[dict[str, Any]] = field(default_factory=list)
    evidence: list[dict[str, Any]] = field(default_factory=list)
    blobs: dict[int, tuple[str, bytes]] = field(default_factory=dict)
    facts: dict[str, tuple[str, str, str]] = field(default_factory=dict)
    section: str = ""
    human: bool = False
    second: bool = False


@dataclass
class FakeHouse:
    """Handler, reader and readiness in one. `away` makes the store unreachable; `updates` records what came."""

    web: WebChannel
    away: bool = False
    updates: list[Update] = field(default_factory=list)
    talks: defaultdict[str, _Talk] = field(default_factory=lambda: defaultdict(_Talk))
    _answers: dict[str, Answer] = field(default_factory=dict)
    _count: int = 0

    async def handle(self, update: Update) -> Answer:
        """Answer from the script above; a repeat is answered the same and recorded once."""
        if self.away:
            raise Unavailable
        if update.update_id in self._answers:
            return Answer(self._answers[update.update_id].messages, repeated=True)
        self.updates.append(update)
        talk = self.talks[update.conversation]
        replies = self._reply(talk, update)
        for reply in replies:
            self.say(update.conversation, reply)
        answer = Answer(tuple(replies), len(replies))
        self._answers[update.update_id] = answer
        return answer

    def say(self, conversation: str, message: OutgoingMessage, at: datetime = NOW) -> None:
        """Put a message into the conversation, as the courier would."""
        self._count += 1
        self.talks[conversation].messages.append(
            {
                "n": self._count,
                "id": f"o{self._count}",
                "from": "guide",
                "key": message.key,
                "text": message.text,
                "choices": [{"id": choice.id, "label": choice.label} for choice in message.choices],
                "files": [{"name": file.name, "mime": file.mime, "url": "/files/1"} for file in message.files],
                "evidence": [],
                "at": at.isoformat(),
            }
        )

    async def remind(self, conversation: str, text: str) -> None:
        """A reminder falls due: it is written down and delivered."""
        message = OutgoingMessage(
            "reminder.call", text, (Choice("called=yes", "打通了"), Choice("called=no", "没打通"))
        )
        self.say(conversation, message)
        await self.web.deliver(conversation, message, "k")

    async def state(self, conversation: str) -> dict[str, Any]:
        """The whole conversation."""
        return await self.since(conversation, 0)

    async def since(self, conversation: str, after: int) -> dict[str, Any]:
        """What came later than `after`."""
        if self.away:
            raise Unavailable
        talk = self.talks[conversation]
        messages = [
            {key: value for key, value in message.items() if key != "n"}
            for message in talk.messages
            if message["n"] > after
        ]
        last = talk.messages[-1]["n"] if talk.messages else 0
        case = self._case(talk) if talk.section else None
        cases = (
            [{"no": case["no"], "title": case["title"], "status": "open", "current": True, "choice": ""}]
            if case
            else []
        )
        if talk.second:
            old = {
                "no": 31,
                "title": "机器打不出小票",
                "status": "closed",
                "current": False,
                "choice": "case=31",
            }
            cases.append(old)
        return {
            "now": NOW.isoformat(),
            "language": "zh-Hans",
            "last": last,
            "messages": messages,
            "case": case,
            "cases": cases,
        }

    async def language(self, conversation: str) -> str:
        """What is spoken."""
        return "zh-Hans" if conversation in self.talks else ""

    async def picture(self, conversation: str, no: int, known: str) -> tuple[str, bytes] | None:
        """An exhibit that is a picture, as it came."""
        found = self.talks[conversation].blobs.get(no)
        if found is None or not found[0].startswith("image/"):
            return None
        return "mark", b"" if known == "mark" else found[1]

    async def original(self, conversation: str, no: int) -> AsyncIterator[bytes] | None:
        """An exhibit."""
        found = self.talks[conversation].blobs.get(no)
        if found is None:
            return None
        data = found[1]

        async def chunks() -> AsyncIterator[bytes]:
            yield data

        return chunks()

    async def letter(self, conversation: str, sha256: str) -> str | None:
        """This house writes none."""
        del conversation, sha256
        return None

    async def ready(self) -> dict[str, bool]:
        """Database and blobs."""
        return {"database": not self.away, "blobs": True}

    def _reply(self, talk: _Talk, update: Update) -> list[OutgoingMessage]:
        if update.kind == "start":
            self._hear(talk, update, "", [])
            return [GREETING]
        exhibits = [self._keep(talk, update, attachment) for attachment in update.attachments]
        label = update.text or self._label(talk, update.choice)
        self._hear(talk, update, label, exhibits)
        talk.section = talk.section or "assess"
        if exhibits:
            talk.section = "evidence"
            talk.facts |= {
                "merchant_no": ("商户号", "8982 1005 8120 331", "read"),
                "reference_no": ("参考号", "260307118862", "read"),
            }
            if exhibits[0]["status"] == "unreadable":
                return [
                    OutgoingMessage(
                        "evidence.unreadable", f"证据{exhibits[0]['no']}收到了，原样存好了，不过这张看不清字。"
                    )
                ]
            kept = f"收到，存为「证据{exhibits[0]['no']}」，原图不动。"
            text = f"{kept}\n读到：商户号 8982 1005 8120 331，参考号 260307118862。对吗？"
            return [OutgoingMessage("evidence.kept", text, (Choice("ok", "对"), Choice("wrong", "不对，我改")))]
        if update.choice.startswith("go="):
            talk.section = update.choice.removeprefix("go=")
            return [OutgoingMessage("section.go", f"好，我们来看「{SECTIONS[talk.section]}」。"), ASK_PHOTO]
        if update.choice in REPLIES:
            if update.choice == "since=older":
                talk.facts["since"] = ("刷卡时间", "两天以前", "said")
            return REPLIES[update.choice]
        if update.text.strip().isdigit() and len(update.text) < 9:
            talk.facts["amount"] = ("没到的钱", f"{int(update.text):,} 元", "confirmed")
            talk.section = "evidence"
            return [OutgoingMessage("assess.amount.noted", f"记下了：{int(update.text):,} 元。"), ASK_PHOTO]
        return [FALLBACK]

    def _hear(self, talk: _Talk, update: Update, text: str, exhibits: list[dict[str, Any]]) -> None:
        self._count += 1
        talk.messages.append(
            {
                "n": self._count,
                "id": f"i{self._count}",
                "from": "person",
                "key": update.kind,
                "text": text,
                "choices": [],
                "files": [],
                "evidence": exhibits,
                "at": NOW.isoformat(),
                "ref": update.update_id,
            }
        )

    def _label(self, talk: _Talk, choice: str) -> str:
        for message in reversed(talk.messages):
            for offered in message["choices"]:
                if offered["id"] == choice:
                    return str(offered["label"])
        return ""

    def _keep(self, talk: _Talk, update: Update, attachment: Attachment) -> dict[str, Any]:
        no = len(talk.evidence) + 1
        data = attachment.data or b""
        talk.blobs[no] = (attachment.mime, data)
        exhibit = {
            "no": no,
            "kind": attachment.kind,
            "name": attachment.name,
            "sha256": hashlib.sha256(data).hexdigest(),
            "url": f"/chat/evidence/{no}" + ("" if attachment.mime.startswith("image/") else "/original"),
            "original": f"/chat/evidence/{no}/original",
            "status": "kept" if data[:3] in (b"\x89PN", b"\xff\xd8\xff", b"%PD") else "unreadable",
            "at": update.sent_at.isoformat(),
        }
        talk.evidence.append(exhibit)
        return exhibit

    def _case(self, talk: _Talk) -> dict[str, Any]:
        order = list(SECTIONS)
        at = order.index(talk.section)
        slips = [exhibit["no"] for exhibit in talk.evidence]
        items = [
            ("slip", "签购单（小票）", "have" if slips else "missing", slips),
            ("records", "交易明细（App 截图）", "missing", []),
            ("bank", "银行流水", "missing", []),
            ("calls", "通话记录", "missing", []),
            ("contract", "合同或协议", "unavailable", []),
        ]
        return {
            "no": 42,
            "title": "刷卡成功，钱没到账",
            "section": talk.section,
            "status": "open",
            "severity": 3,
            "severity_label": "要紧",
            "intent": "settlement_missing",
            "sections": [
                {"id": key, "label": label, "state": "done" if n < at else "current" if n == at else "open"}
                for n, (key, label) in enumerate(SECTIONS.items())
            ],
            "facts": [
                {"name": name, "label": label, "value": value, "state": state, "correct": f"fix={name}"}
                for name, (label, value, state) in talk.facts.items()
            ],
            "checklist": {
                "have": sum(item[2] == "have" for item in items),
                "of": len(items),
                "items": [{"id": i, "label": label, "state": s, "exhibits": e} for i, label, s, e in items],
            },
            "suggestions": [
                {
                    "key": "suggest.call_acquirer",
                    "text": "打收单机构的官方客服，问清这笔钱停在哪一步，记下工号和受理编号。",
                    "why": "结算暂停多由收单机构发起，只有它能说出原因和放款时间。",
                    "due": (NOW + timedelta(hours=4)).isoformat(),
                    "source": "《银行卡收单业务管理办法》（中国人民银行公告〔2013〕第9号）第二十九条",
                },
                {
                    "key": "suggest.backup_code",
                    "text": "今天先用自己的收款码收钱，别让客人走掉。",
                    "why": "机器修好前生意不停。",
                    "due": NOW.isoformat(),
                    "now": True,
                    "source": "",
                },
            ],
            "deadlines": [
                {"due": (NOW + timedelta(days=1)).isoformat(), "key": "deadline.reply", "text": "客服答应回电的时间"},
                {
                    "due": (NOW + timedelta(days=15)).isoformat(),
                    "key": "deadline.complaint",
                    "text": "投诉应当答复的最后一天",
                },
            ],
            "attempts": [
                {"no": 1, "at": (NOW - timedelta(hours=20)).isoformat(), "text": "打客服，排队 20 分钟没人接"}
            ],
            "ladder": [
                {
                    "id": "company",
                    "label": "公司官方投诉",
                    "state": "done",
                    "text": "昨天，没人理",
                    "due": None,
                    "by": "",
                },
                {
                    "id": "company_hq",
                    "label": "总部书面投诉",
                    "state": "waiting",
                    "text": "今天，还没答复",
                    "due": (NOW + timedelta(days=5)).isoformat(),
                    "by": "advice",
                },
                {
                    "id": "pboc",
                    "label": "人民银行分支机构",
                    "state": "next",
                    "text": "找过公司的凭据",
                    "due": None,
                    "by": "",
                },
                {"id": "suit", "label": "起诉（含小额诉讼）", "state": "later", "text": "", "due": None, "by": ""},
            ],
            "evidence": talk.evidence,
            "go": {key: f"go={key}" for key in SECTIONS},
            "human": "human=1",
        }


def make_app(
    *, limits: Limits | None = None, pace: Pace | None = None, settings: Settings | None = None
) -> tuple[Starlette, FakeHouse]:
    """The web app on a fresh fake house."""
    web = WebChannel()
    house = FakeHouse(web)
    app = build(
        handle=house.handle,
        reader=house,
        exhibits=house,
        web=web,
        routes=(),
        ready=house.ready,
        settings=settings or Settings(_env_file=None),
        now=lambda: NOW,
        limits=limits or Limits(),
        pace=pace or Pace(),
    )
    return app, house


@asynccontextmanager
async def serving(app: Starlette, house: FakeHouse, port: int = 0) -> AsyncIterator[str]:
    """The app on a loopback port, in this event loop; gives its address."""
    async with listening(app, port) as address:
        try:
            yield address
        finally:
            await house.web.stop()


async def _serve(port: int) -> None:
    app, house = make_app()
    async with serving(app, house, port) as address:
        sys.stdout.write(f"{address}\n")
        sys.stdout.flush()
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(_serve(int(sys.argv[1]) if len(sys.argv) > 1 else 8099))
