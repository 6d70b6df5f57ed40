"""Time stamps (RFC 3161) from the authorities that are set: asked for at once, kept as they came, asked again later.

An authority that cannot be reached delays the stamp, never the packet.
"""

import hashlib
import logging
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import httpx
from cryptography import x509
from rfc3161_client import TimestampRequestBuilder, VerificationError, VerifierBuilder, decode_timestamp_response
from rfc3161_client.base import HashAlgorithm

from bot.packet.errors import PacketFault

log = logging.getLogger(__name__)

SECONDS = 10.0
MOST = 50  # stamps asked for in one go
LARGEST = 1 << 16  # bytes of an answer; real ones have 2 to 8 thousand
HEADERS = {"Content-Type": "application/timestamp-query", "Accept": "application/timestamp-reply"}


@dataclass(frozen=True, slots=True)
class Stamp:
    """A checked answer of an authority, as it came, and the moment it names."""

    answer: bytes
    at: datetime


class Stamper:
    """Gets stamps and keeps them in a folder under the SHA-256 of what was stamped, so that each is asked for once."""

    def __init__(self, folder: Path, urls: Sequence[str], roots: bytes, policy: str = "") -> None:
        self._folder = folder
        self._urls = tuple(urls)
        self._policy = policy
        self.roots = roots
        certificates(roots)

    def stamp(self, data: bytes) -> Stamp | None:
        """The stamp over these bytes; None when nobody gives one now, and then they are put on the list for later."""
        kept = self._path(data, "tsr")
        if kept.exists():
            answer = kept.read_bytes()
            with suppress(PacketFault):  # the roots were changed, or the file was: it is asked for anew
                return Stamp(answer, check(answer, data, self.roots, policy=self._policy))
        for number, url in enumerate(self._urls):
            try:
                stamp = self._ask(url, data)
            except (httpx.HTTPError, PacketFault) as fault:
                log.warning("time stamp authority %d gives no stamp: %s", number, type(fault).__name__)
                continue
            self._keep(kept, stamp.answer)
            self._path(data, "wanted").unlink(missing_ok=True)
            return stamp
        self.want(data)
        return None

    def want(self, data: bytes) -> None:
        """Put these bytes on the list for later, unless there is a stamp over them."""
        if not self._path(data, "tsr").exists():
            self._keep(self._path(data, "wanted"), data)

    def answer(self, sha256: str) -> bytes | None:
        """The answer that is kept for bytes of this SHA-256; it was checked when it came."""
        kept = self._folder / f"{sha256}.tsr"
        return kept.read_bytes() if sha256 and kept.exists() else None

    def waiting(self) -> int:
        """How many stamps are still to be had."""
        return len(self._wanted())

    def retry(self, most: int = MOST) -> int:
        """Ask again for what is on the list, until no authority gives one: then none gives the next one either.
        Returns how many stamps came."""
        came = 0
        for path in self._wanted()[:most]:
            if self.stamp(path.read_bytes()) is None:
                break
            came += 1
        return came

    def _ask(self, url: str, data: bytes) -> Stamp:
        builder = TimestampRequestBuilder().data(data).hash_algorithm(HashAlgorithm.SHA256).nonce(nonce=True)
        request = builder.cert_request(cert_request=True).build()
        answer = bytearray()
        with (
            httpx.Client(timeout=SECONDS, follow_redirects=False) as client,
            client.stream("POST", url, content=request.as_bytes(), headers=HEADERS) as response,
        ):
            response.raise_for_status()
            for chunk in response.iter_bytes():
                answer += chunk
                if len(answer) > LARGEST:
                    raise PacketFault("The authority's answer is too long for a time stamp.")
        at = check(bytes(answer), data, self.roots, nonce=request.nonce, policy=self._policy)
        return Stamp(bytes(answer), at)

    def _wanted(self) -> list[Path]:
        return sorted((self._folder / "wanted").glob("*.wanted"))

    def _path(self, data: bytes, suffix: str) -> Path:
        folder = self._folder / "wanted" if suffix == "wanted" else self._folder  # a list that is quick to look through
        return folder / f"{hashlib.sha256(data).hexdigest()}.{suffix}"

    def _keep(self, path: Path, data: bytes) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh = path.with_name(f".{path.name}.part")
        fresh.write_bytes(data)
        fresh.replace(path)


def certificates(roots: bytes) -> list[x509.Certificate]:
    """The certificates of a PEM file. Raises `PacketFault` when there is none."""
    try:
        found = x509.load_pem_x509_certificates(roots)
    except ValueError:
        found = []
    if not found:
        raise PacketFault("The time stamp authority's root certificates cannot be read; they must be a PEM file.")
    return found


def check(answer: bytes, data: bytes, roots: bytes, *, nonce: int | None = None, policy: str = "") -> datetime:
    """The moment at which an authority under these roots saw these bytes. Raises `PacketFault` for anything that does
    not fit: the bytes, the nonce, the policy, the certificates or the answer's own signature."""
    try:
        response = decode_timestamp_response(_sorted_certificates(answer))
        builder = VerifierBuilder()
        for root in certificates(roots):
            builder = builder.add_root_certificate(root)
        if nonce is not None:
            builder = builder.nonce(nonce)
        if policy:
            builder = builder.policy_id(x509.ObjectIdentifier(policy))
        builder.build().verify_message(response, data)
        moment: datetime = response.tst_info.gen_time
    except VerificationError as fault:
        raise PacketFault(f"The time stamp does not fit: {fault}") from None
    except (ValueError, TypeError, KeyError, IndexError, x509.InvalidVersion) as fault:
        raise PacketFault(f"The time stamp cannot be read: {type(fault).__name__}") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _sorted_certificates(answer: bytes) -> bytes:
    """A copy of the answer with its certificates in DER order.

    Some authorities (OpenSSL with a chain) do not sort them, and the strict reader refuses that. They are not under
    the signature, so nothing that counts changes; lengths stay, so nothing else moves.
    """
    place = slice(0, len(answer))
    for tag, number in _WAY:
        elements = list(_elements(answer, place))
        if len(elements) <= number or answer[elements[number][0].start] != tag:
            return answer
        place = elements[number][1]
    held = sorted(answer[whole] for whole, _ in _elements(answer, place))
    return answer[: place.start] + b"".join(held) + answer[place.stop :]


# From the answer to its certificates: which tag is expected at which place of the level above.
_WAY = (
    (0x30, 0),  # TimeStampResp
    (0x30, 1),  # its token, a ContentInfo
    (0xA0, 1),  # the content
    (0x30, 0),  # SignedData
    (0xA0, 3),  # the certificates
)


def _elements(data: bytes, place: slice) -> Iterator[tuple[slice, slice]]:
    """The DER elements in a part of the data: each whole, and its content. Raises ValueError."""
    at = place.start
    while at < place.stop:
        head, length = at + 2, data[at + 1]
        if length == 0x80:
            raise ValueError("a length is left open")
        if length > 0x80:
            head += length & 0x7F
            length = int.from_bytes(data[at + 2 : head])
        if head + length > place.stop:
            raise ValueError("an element is cut off")
        yield slice(at, head + length), slice(head, head + length)
        at = head + length
