"""`doctor`: what works, what does not, and what to do."""

import asyncio
from argparse import Namespace
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta

import httpx

from bot import settings as configuration
from bot.app import real_clock
from bot.keys import place
from bot.settings import Settings, SettingsFault
from dialogs import loader
from dialogs.check import stale
from dialogs.errors import ContentFault
from nlu import LexiconError, Matcher
from nlu.ocr import find_fault
from storage import BlobFault, StorageFault, Store, schema

TIMEOUT = 5.0


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at: does it work (None: not configured), and what was found or is to be done."""

    part: str
    works: bool | None
    words: str


def run(_: Namespace) -> int:
    """Run the command."""
    found = list(examine())
    marks = {True: "ok  ", False: "FAIL", None: "--  "}
    for finding in found:
        print(f"{marks[finding.works]} {finding.part:<10} {finding.words}")
    return 1 if any(finding.works is False for finding in found) else 0


def examine() -> Iterator[Finding]:
    """Look at everything the program needs."""
    try:
        settings = configuration.load()
    except SettingsFault as fault:
        for words in fault.faults:
            yield Finding("settings", False, words)
        return
    yield Finding("settings", True, f"time zone {settings.timezone}, quiet hours {settings.quiet_hours or 'none'}")
    checks: tuple[Callable[[Settings], Finding], ...] = (
        _database,
        _blobs,
        _content,
        _lexicon,
        _reading,
        _telegram,
        _wechat,
    )
    for check in checks:
        yield check(settings)


def _database(settings: Settings) -> Finding:
    kind = settings.database_url.split(":", 1)[0]
    try:
        with closing(Store.open(settings.database_url)) as store:
            current, head = schema.current(store.engine), schema.head()
    except StorageFault as fault:
        return Finding(
            "database", False, f"{kind} does not answer ({fault}). Check {configuration.PREFIX}DATABASE_URL."
        )
    if current != head:
        words = "has no tables yet" if current is None else "is of another version"
        return Finding("database", True, f"{kind} {words}; it is brought up to date at the next start")
    return Finding("database", True, f"{kind}, version {current}")


def _blobs(settings: Settings) -> Finding:
    where = f"{settings.blobs} at {settings.s3_endpoint}" if settings.bucket else f"folder {settings.blobs}"
    try:
        place(settings).probe()
    except BlobFault as fault:
        return Finding("blobs", False, f"{where}: {fault}")
    return Finding("blobs", True, where)


def _content(settings: Settings) -> Finding:
    try:
        guide, _texts = loader.load()
    except ContentFault as fault:
        return Finding("guide", False, f"{len(fault.faults)} faults; python -m bot check lists them")
    today = real_clock().astimezone(settings.zone).date()
    old = [fault.file for fault in stale(today=today, review_after=timedelta(days=settings.review_days))]
    due = f"; past its review: {', '.join(old)}; review them and set the date" if old else ""
    return Finding("guide", True, f"version {guide.version}, reviewed {guide.reviewed}{due}")


def _lexicon(_: Settings) -> Finding:
    try:
        Matcher.load()
    except LexiconError as fault:
        return Finding("lexicon", False, str(fault))
    return Finding("lexicon", True, "loaded")


def _reading(_: Settings) -> Finding:
    fault = find_fault()
    if fault == "missing":
        return Finding("reading", None, "photos are kept but not read; install the extra: pip install '.[ocr]'")
    if fault:
        return Finding("reading", False, "a model file is missing or altered; install again: pip install '.[ocr]'")
    return Finding("reading", True, "photos are read, without any network")


def _telegram(settings: Settings) -> Finding:
    if not settings.telegram:
        return Finding("telegram", None, f"not configured; set {configuration.PREFIX}TELEGRAM_TOKEN to use it")
    token = settings.telegram_token.get_secret_value()
    return asyncio.run(_ask("telegram", f"{settings.telegram_api_base}/bot{token}/getMe", {}, _telegram_answer))


def _telegram_answer(answer: dict[str, object]) -> tuple[bool, str]:
    if answer.get("ok"):
        return True, "the token is good"
    return False, f"the token is refused; check {configuration.PREFIX}TELEGRAM_TOKEN"


def _wechat(settings: Settings) -> Finding:
    if not settings.wechat:
        return Finding(
            "wechat", None, f"not configured; set {configuration.PREFIX}WECHAT_TOKEN and the others to use it"
        )
    secret = settings.wechat_app_secret.get_secret_value()
    if not secret:
        return Finding(
            "wechat", True, "callback configured; no AppSecret, so answers only, no messages on our own account"
        )
    body = {"grant_type": "client_credential", "appid": settings.wechat_app_id, "secret": secret}
    return asyncio.run(_ask("wechat", f"{settings.wechat_api_base}/cgi-bin/stable_token", body, _wechat_answer))


def _wechat_answer(answer: dict[str, object]) -> tuple[bool, str]:
    if answer.get("access_token"):
        return True, "AppID and AppSecret are good"
    advice = {
        40164: "add this server's address to the white list of the account",
        40125: f"check {configuration.PREFIX}WECHAT_APP_SECRET",
        40013: f"check {configuration.PREFIX}WECHAT_APP_ID",
    }
    code = answer.get("errcode")
    return False, f"error {code}; {advice.get(code if isinstance(code, int) else 0, 'see the account settings')}"


async def _ask(
    part: str, address: str, body: dict[str, str], judge: Callable[[dict[str, object]], tuple[bool, str]]
) -> Finding:
    """Ask a platform; its address and our secrets stay out of the words."""
    try:
        async with httpx.AsyncClient(timeout=TIMEOUT) as client:
            answer = (await client.post(address, json=body)).json()
    except (httpx.HTTPError, ValueError) as fault:
        return Finding(part, False, f"does not answer ({type(fault).__name__}); check the network")
    works, words = judge(answer if isinstance(answer, dict) else {})
    return Finding(part, works, words)
