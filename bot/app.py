"""The composition root: settings -> objects -> web app and background loops. The only real clock is here."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from starlette.applications import Starlette

from bot.casebook import Casebook
from bot.channels.base import Channel
from bot.channels.console import Console
from bot.channels.telegram import Telegram
from bot.channels.web import WebChannel
from bot.channels.wechat.channel import WeChat
from bot.conversation import Conversations
from bot.courier import Courier
from bot.downloads import Downloads
from bot.evidence import Fetching
from bot.export import Exporter
from bot.keeping import Keeper
from bot.keys import links, open_blobs, open_packets
from bot.loops import Loop
from bot.messages import Answer, Update
from bot.packet.composing import packet_maker, signer, stamper
from bot.packet.desk import PacketDesk
from bot.packet.handing import Handing
from bot.packet.orders import PacketOrders
from bot.packet.restamping import Restamping
from bot.privacy import Privacy
from bot.reading.loop import ReadingLoop
from bot.reading.reading import Reader
from bot.reminding import Reminding
from bot.retention import Retention
from bot.runner import TurnRunner
from bot.settings import Settings
from bot.showing import Showing
from bot.viewing import Viewer
from bot.web.app import build
from bot.web.exports import Exports
from bot.web.packets import Packets
from dialogs import loader
from dialogs.dialog import Dialog
from nlu import Matcher
from storage import StorageFault, Store

log = logging.getLogger(__name__)

Clock = Callable[[], datetime]


def real_clock() -> datetime:
    """Now, aware, in UTC."""
    return datetime.now(UTC)


class App:
    """All parts of one process, wired. `start` and `stop` bracket its work; nothing runs before."""

    def __init__(
        self,
        settings: Settings,
        now: Clock = real_clock,
        reader: Reader | None = None,
        *,
        dialog: Dialog | None = None,
        matcher: Matcher | None = None,
    ) -> None:
        """`reader` reads pictures; without one they are only kept. `dialog` and `matcher` never change, so that several
        programs may share them; they are loaded where none are given."""
        self.reader = reader
        self.settings = settings
        self.now = now
        self.store = Store.open(settings.database_url)
        self.blobs = open_blobs(settings)
        self.dialog = dialog or Dialog(*loader.load())
        self.matcher = matcher or Matcher.load()
        texts = self.dialog.texts
        self.runner = TurnRunner(self.store)
        self.viewer = Viewer(self.dialog, settings.zone)
        self.keeper = Keeper(self.blobs, settings.zone, reader)
        self.channels: dict[str, Channel] = {}
        self.courier = Courier(self.runner, self.channels, now)
        self.reading = ReadingLoop(
            runner=self.runner,
            reader=reader,
            dialog=self.dialog,
            matcher=self.matcher,
            viewer=self.viewer,
            blobs=self.blobs,
            channels=self.channels,
            zone=settings.zone,
            quiet=settings.quiet,
            now=now,
            sent=self.courier.wake,
            refuse_secrets=settings.secret_pictures == "refuse",
            encrypted=settings.encrypt,
        )
        self.fetching = Fetching(self.runner, self.dialog, self.keeper, self.channels, self.blobs, now, self._fetched)
        self.reminding = Reminding(
            self.runner, self.dialog, self.viewer, settings.zone, settings.quiet, now, self.courier.wake
        )
        self.kept_packets = open_packets(settings)
        self.packets = PacketDesk(self.store, self.kept_packets, texts, lambda: links(settings), settings.public_url)
        handing = Handing(self.dialog, self.viewer, self.packets, settings.zone)
        self.orders = PacketOrders(
            self.runner,
            self.store,
            self.kept_packets,
            lambda: packet_maker(settings, self.store, self.blobs, self.dialog, self.viewer),
            handing,
            self.channels,
            now,
            self.courier.wake,
        )
        self.restamping = Restamping(
            self.runner,
            self.store,
            self.kept_packets,
            lambda: stamper(settings),
            lambda: signer(settings),
            handing,
            self.channels,
            settings.zone,
            settings.quiet,
            now,
            self.courier.wake,
            daily=settings.tsa_daily,
        )
        self.retention = Retention(
            self.runner,
            self.store,
            (self.blobs, self.kept_packets),
            settings.zone,
            timedelta(days=settings.retention_days),
            now,
        )
        self.privacy = Privacy(
            texts,
            settings.zone,
            delete_after=timedelta(hours=settings.delete_after),
            links=links(settings) if settings.public_url else None,
            public_url=settings.public_url,
        )
        self.exporter = Exporter(self.store, self.blobs, texts, settings.zone)
        self.downloads = Downloads(self.runner, self.exporter, self.packets, self.privacy, now)
        self.conversations = Conversations(
            runner=self.runner,
            dialog=self.dialog,
            matcher=self.matcher,
            viewer=self.viewer,
            keeper=self.keeper,
            blobs=self.blobs,
            channels=self.channels,
            zone=settings.zone,
            quiet=settings.quiet,
            privacy=self.privacy,
            packets=self.packets,
            now=now,
            wake=self._wake,
        )
        self.casebook = Casebook(self.store, self.dialog, self.viewer, settings.zone, now)
        self.showing = Showing(self.store, self.runner, self.blobs, now)
        self.web = WebChannel()
        self.console = Console()
        self.channels[self.web.name] = self.web
        self.channels[self.console.name] = self.console
        if settings.telegram:
            commands = self._commands()
            self._add(Telegram(settings, self.handle, now, self.downloads.opener("telegram"), commands=commands))
        if settings.wechat:
            self._add(WeChat(settings, self.handle, now, self.downloads.opener("wechat")))

    def _add(self, channel: Channel) -> None:
        self.channels[channel.name] = channel

    def _commands(self) -> Mapping[str, str]:
        """The menu entries of the channels, with what they do."""
        language = self.dialog.texts.languages[0]
        names = ("start", *self.dialog.guide.commands)
        return {name: self.dialog.texts.say(language, f"command.{name}") for name in names}

    async def handle(self, update: Update) -> Answer:
        """Handle one update of any channel."""
        return await self.conversations.handle(update)

    def _fetched(self) -> None:
        self.courier.wake()
        self.reading.wake()

    def _wake(self) -> None:
        self.courier.wake()
        self.fetching.wake()
        self.reading.wake()
        self.retention.wake()
        self.orders.wake()

    @property
    def loops(self) -> tuple[Loop, ...]:
        """The background loops."""
        return (self.courier, self.reminding, self.fetching, self.reading, self.retention, self.orders, self.restamping)

    async def start(self, *, receive: bool = True, work: bool = True) -> None:
        """Bring the tables up to date and begin. `receive`: take updates; `work`: run the background loops."""
        await asyncio.to_thread(self.store.upgrade)
        if self.reader is not None:
            await self.reader.start()
        self.runner.start()
        if work:
            for loop in self.loops:
                loop.start()
        if receive:
            for channel in self.channels.values():
                await channel.start()

    async def stop(self) -> None:
        """Stop receiving, finish what is under way, close everything."""
        for channel in self.channels.values():
            await channel.stop()
        for loop in self.loops:
            await loop.stop()
        if self.reader is not None:
            await self.reader.stop()
        await self.runner.stop()
        self.showing.close()
        self.store.close()

    async def ready(self) -> dict[str, bool]:
        """Do database and blob store answer?"""
        parts = {"database": self._database_answers, "blobs": self.blobs.writable}
        return {name: await asyncio.to_thread(answers) for name, answers in parts.items()}

    def _database_answers(self) -> bool:
        try:
            with self.store.read() as work:
                work.outbox.next_due()
        except StorageFault:
            return False
        return True

    def asgi(self, *, receive: bool = True, work: bool = True) -> Starlette:
        """The web app; its lifespan starts and stops everything else."""

        @asynccontextmanager
        async def lifespan(_: Starlette) -> AsyncIterator[None]:
            await self.start(receive=receive, work=work)
            try:
                yield
            finally:
                await self.stop()

        routes: list[Any] = [route for channel in self.channels.values() for route in channel.routes]
        say, language = self.dialog.texts.say, self.dialog.texts.languages[0]
        routes += Exports(self.downloads.own, self.downloads.signed, say(language, "export.gone")).routes()
        routes += Packets(self.downloads.packet, say(language, "handover.gone")).routes()
        return build(
            handle=self.handle,
            reader=self.casebook,
            exhibits=self.showing,
            web=self.web,
            routes=routes if receive else [],
            ready=self.ready,
            settings=self.settings,
            now=self.now,
            lifespan=lifespan,
        )
