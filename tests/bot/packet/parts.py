"""Cases with exhibits, pictures, and a time stamp authority on loopback for the tests of packets."""

import io
import os
import shutil
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from PIL import Image, ImageDraw

from bot.packet.gathering import Gatherer
from bot.packet.making import PacketMaker
from bot.packet.signing import Signer
from bot.packet.stamping import Stamper
from bot.viewing import Viewer
from dialogs.dialog import Dialog
from storage import BlobFolder, Store, Work
from storage.records import Attempt, Case, Fact
from tests.support.program import dialog

ZONE = ZoneInfo("Asia/Shanghai")
OPENED = datetime(2026, 11, 24, 2, 30, tzinfo=UTC)
SLIP_TEXT = '您好，#read("/etc/passwd") $x^2$ *粗* <b>标签</b> 𠮷先生😀 参考号120345678901\u202e倒\u200b'
FACTS = {
    "problem": "settlement_delay",
    "amount": "18000",
    "since": "2026-11-18",
    "company": "拉卡拉",
    "merchant_no": "898440353110001",
    "need": "provider",
}


def tool(name: str) -> str:
    """The path of a program; without it the test is skipped, and under CI it fails."""
    found = shutil.which(name)
    if found is None:
        words = f"NOT TESTED: the program {name} is missing"
        if os.environ.get("CI"):
            pytest.fail(f"{words}; under CI nothing is skipped")
        pytest.skip(words)
    return found


def run(*words: str | Path, folder: Path | None = None) -> subprocess.CompletedProcess[str]:
    """Run a program and return what it said."""
    command = [tool(str(words[0])), *map(str, words[1:])]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=60)


def jpeg(width: int = 300, height: int = 200, *, colour: str = "#c0d0e0", orientation: int = 0) -> bytes:
    """A JPEG with a dark corner top left, so that turning shows."""
    image = Image.new("RGB", (width, height), colour)
    ImageDraw.Draw(image).rectangle((0, 0, width // 4, height // 4), fill="black")
    out, exif = io.BytesIO(), Image.Exif()
    if orientation:
        exif[0x0112] = orientation
        exif[0x010F] = "SECRET MAKER"
    image.save(out, "JPEG", exif=exif, quality=90)
    return out.getvalue()


def png(width: int, height: int, mode: str = "RGB") -> bytes:
    """A plain PNG."""
    out = io.BytesIO()
    Image.new(mode, (width, height)).save(out, "PNG")
    return out.getvalue()


@dataclass
class World:
    """A store, blobs and one case in it."""

    store: Store
    blobs: BlobFolder
    folder: Path
    case_id: int
    dialog: Dialog

    @property
    def gatherer(self) -> Gatherer:
        return Gatherer(self.dialog, Viewer(self.dialog, ZONE), ZONE)

    def maker(self, stamper: Stamper | None = None) -> PacketMaker:
        """The maker, with a signing key of this world."""
        signer = Signer.load(self.folder / "key.pem")
        return PacketMaker(self.store, self.blobs, self.gatherer, signer, stamper)

    @contextmanager
    def case(self) -> Iterator[tuple[Work, Case]]:
        """The case in a unit of work that is kept."""
        with self.store.work() as work:
            file = work.cases.load(self.case_id)
            assert file is not None
            yield work, file.case
            work.commit()

    def log(self, kind: str, body: dict[str, Any], at: datetime = OPENED) -> None:
        """An entry of the timeline."""
        with self.case() as (work, case):
            work.cases.save(work.cases.log(case, at, [(kind, body)]))

    def state_fact(self, name: str, value: str) -> None:
        """Something more that the merchant said."""
        with self.case() as (work, case):
            source = {"channel": "web", "update_id": "u0"}
            work.cases.put_facts(case.id, [Fact(name, value, "said", source, OPENED)])

    def add(self, data: bytes | None, kind: str, mime: str, **values: Any) -> int:
        """An exhibit with these bytes; returns its number."""
        at = values.pop("at", OPENED + timedelta(minutes=5))
        with self.case() as (work, case):
            blob = self.blobs.put(data, case_id=case.id) if data is not None else None
            status = values.pop("status", "stored" if blob else "announced")
            one = work.evidence.add(
                case.id,
                kind=kind,
                channel="web",
                update_id=values.pop("update_id", f"u{case.timeline_seq}"),
                received_at=at,
                status=status,
                sha256=blob and blob.sha256,
                size=blob and blob.size,
                mime=mime,
                stored_at=at if blob else None,
                **values,
            )
            body = {"no": one.no, "type": kind, "sha256": one.sha256, "size": one.size}
            work.cases.save(work.cases.log(case, at, [("evidence_added", body)]))
        return one.no

    def read(self, no: int, kind: str, items: list[dict[str, Any]], **seen: Any) -> None:
        """What was read from an exhibit that is to be read, and what else was `seen`."""
        with self.case() as (work, case):
            one = work.evidence.by_no(case.id, no)
            assert one is not None
            assert work.readings.end(one.id, "read", {"kind": kind, **seen}, items)


def new_world(store: Store, folder: Path) -> World:
    """A case that was told, without exhibits."""
    blobs = BlobFolder(folder / "blobs")
    with store.work() as work:
        conversation = work.people.enter("web", "anna", now=OPENED, language="zh-Hans")[1]
        case = work.cases.open(conversation.person_id, now=OPENED, section="assess", guide_version="1")
        source = {"channel": "web", "update_id": "u0"}
        work.cases.put_facts(case.id, [Fact(name, value, "said", source, OPENED) for name, value in FACTS.items()])
        entries: list[tuple[str, dict[str, Any]]] = [("case_opened", {"no": case.no})]
        entries += [
            ("fact", {"name": name, "value": value, "state": "said", "before": None}) for name, value in FACTS.items()
        ]
        case = work.cases.log(case, OPENED, entries)
        call = Attempt(
            at=OPENED + timedelta(hours=1), way="phone", number="95016", answer="占线", ticket="TS001", note="silent"
        )
        attempt = work.cases.attempt(case.id, call)
        case = work.cases.log(case, OPENED + timedelta(hours=1), [("attempt", {"no": attempt.no, "result": "silent"})])
        work.cases.save(case)
        work.commit()
    return World(store, blobs, folder, case.id, dialog())


def fill(world: World) -> None:
    """Exhibits of every kind."""
    world.add(jpeg(), "photo", "image/jpeg", item="slip", caption="小票", name="IMG<1>.jpg", update_id="u0")
    world.add(jpeg(200, 300), "photo", "image/jpeg", item="chat", caption="聊天")
    world.add(png(200, 2400), "photo", "image/png", item="chat", caption="长截图")
    world.add(b"%PDF-1.7\n%%EOF\n", "document", "application/pdf", item="contract", name="../../合同.pdf")
    text = SLIP_TEXT
    origin = {"author": "拉卡拉客服", "at": "2026-11-19T15:20:00+08:00"}
    world.add(text.encode(), "forward", "text/plain", text=text, origin=origin)
    world.add(jpeg()[:400], "photo", "image/jpeg", caption="没传完")
    world.add(None, "voice", "audio/amr", reference={"id": "x"})
    world.add(jpeg(colour="red"), "photo", "image/jpeg", status="withdrawn", caption="撤回的话")


# a time stamp authority


@dataclass(frozen=True)
class Authority:
    """A private authority: its root in PEM, and the folder from which `openssl ts` answers."""

    folder: Path
    roots: bytes

    def reply(self, query: bytes, *, chain: bool) -> bytes:
        """The answer to a request."""
        (self.folder / "query.tsq").write_bytes(query)
        words = ["-reply", "-config", "tsa.cnf", "-section", "tsa", "-queryfile", "query.tsq", "-out", "answer.tsr"]
        done = run("openssl", "ts", *words, *(("-chain", "ca.pem") if chain else ()), folder=self.folder)
        assert done.returncode == 0, done.stderr
        return (self.folder / "answer.tsr").read_bytes()


def new_authority(folder: Path) -> Authority:
    """A certificate authority of its own and a certificate for time stamps under it."""
    folder.mkdir(parents=True, exist_ok=True)
    root_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    root = _certificate("Test root", root_key, "Test root", root_key, ca=True)
    leaf = _certificate("Test authority", key, "Test root", root_key, ca=False)
    pem = serialization.Encoding.PEM
    (folder / "ca.pem").write_bytes(root.public_bytes(pem))
    (folder / "tsa.pem").write_bytes(leaf.public_bytes(pem))
    private = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (folder / "tsa.key").write_bytes(private)
    (folder / "tsa.cnf").write_text(
        "[tsa]\nserial = serial\ncrypto_device = builtin\nsigner_cert = tsa.pem\nsigner_key = tsa.key\n"
        "signer_digest = sha256\ndefault_policy = 1.2.3.4.1\ndigests = sha256\naccuracy = secs:1\n"
        "ordering = no\ntsa_name = yes\ness_cert_id_chain = no\ness_cert_id_alg = sha256\n"
    )
    return Authority(folder, root.public_bytes(pem))


def _certificate(
    name: str, key: ec.EllipticCurvePrivateKey, issuer: str, signer: ec.EllipticCurvePrivateKey, *, ca: bool
) -> x509.Certificate:
    def named(words: str) -> x509.Name:
        return x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, words)])

    now = datetime.now(UTC)  # openssl judges by the real clock
    builder = (
        x509.CertificateBuilder()
        .subject_name(named(name))
        .issuer_name(named(issuer))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=30))
        .add_extension(x509.BasicConstraints(ca, None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()), critical=False)
    )
    if ca:
        usage = dict.fromkeys(("key_encipherment", "data_encipherment", "key_agreement", "content_commitment"), False)
        builder = builder.add_extension(
            x509.KeyUsage(
                digital_signature=True,
                key_cert_sign=True,
                crl_sign=True,
                encipher_only=False,
                decipher_only=False,
                **usage,
            ),
            critical=True,
        )
    else:
        purpose = x509.ExtendedKeyUsage([x509.ExtendedKeyUsageOID.TIME_STAMPING])
        builder = builder.add_extension(purpose, critical=True)
    return builder.sign(signer, hashes.SHA256())


@contextmanager
def serving(authority: Authority, *, chain: bool = True, spoil: Any = None, port: int = 0) -> Iterator[str]:
    """The authority's address while it answers. `spoil` changes the answer."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            query = self.rfile.read(int(self.headers["Content-Length"]))
            answer = authority.reply(query, chain=chain)
            answer = spoil(answer) if spoil else answer
            self.send_response(200)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, format: str, *args: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", port), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/"
        finally:
            server.shutdown()
            thread.join()
