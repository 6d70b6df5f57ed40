"""What a file is by its first bytes, whatever its name says."""

from dataclasses import dataclass

from bot.messages import AttachmentKind

_SIGNATURES: tuple[tuple[int, bytes, str], ...] = (
    (0, b"\xff\xd8\xff", "image/jpeg"),
    (0, b"\x89PNG\r\n\x1a\n", "image/png"),
    (0, b"GIF8", "image/gif"),
    (8, b"WEBP", "image/webp"),
    (0, b"BM", "image/bmp"),
    (0, b"II*\x00", "image/tiff"),
    (0, b"MM\x00*", "image/tiff"),
    (4, b"ftypheic", "image/heic"),
    (4, b"ftypheix", "image/heic"),
    (4, b"ftypmif1", "image/heic"),
    (4, b"ftypavif", "image/avif"),
    (0, b"%PDF-", "application/pdf"),
    (0, b"PK\x03\x04", "application/zip"),
    (0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/x-ole-storage"),
    (0, b"#!AMR", "audio/amr"),
    (0, b"#!SILK", "audio/silk"),
    (1, b"#!SILK", "audio/silk"),
    (0, b"OggS", "audio/ogg"),
    (0, b"ID3", "audio/mpeg"),
    (0, b"\xff\xfb", "audio/mpeg"),
    (0, b"\xff\xf3", "audio/mpeg"),
    (8, b"WAVE", "audio/wav"),
    (4, b"ftypM4A", "audio/mp4"),
    (4, b"ftyp", "video/mp4"),
    (0, b"\x1a\x45\xdf\xa3", "video/webm"),
)
_OOXML = "application/vnd.openxmlformats-officedocument"
_INSIDE: dict[str, tuple[tuple[bytes, str], ...]] = {  # what containers are of, by a name that stands in them as it is
    "application/zip": (
        (b"word/document.xml", f"{_OOXML}.wordprocessingml.document"),
        (b"xl/workbook.xml", f"{_OOXML}.spreadsheetml.sheet"),
        (b"ppt/presentation.xml", f"{_OOXML}.presentationml.presentation"),
    ),
    "application/x-ole-storage": (
        ("WordDocument".encode("utf-16-le"), "application/msword"),
        ("Workbook".encode("utf-16-le"), "application/vnd.ms-excel"),
    ),
}
_MACROS = (b"vbaProject.bin", "_VBA_PROJECT".encode("utf-16-le"))
_LOCKED = "EncryptedPackage".encode("utf-16-le")
_FRAME = b"\x21\xf9\x04"  # begins each frame of a GIF
_KINDS: dict[str, AttachmentKind] = {"image": "photo", "audio": "audio", "video": "video"}


@dataclass(frozen=True, slots=True)
class FileType:
    """The type by content ("" for none we take), what kind of evidence it is, and what is to be known of it: its end is
    missing (truncated), it moves (animated), it is an archive, a document whose words nobody reads (office), one that
    would run (macros) or that a password closes (locked)."""

    mime: str
    kind: AttachmentKind
    note: str = ""


def sniff(data: bytes) -> FileType:
    """The type of a whole file. Nothing is unpacked for it.

    >>> sniff(b"%PDF-1.7 ...").mime, sniff("到账了".encode()).mime, sniff(bytes(range(256))).mime
    ('application/pdf', 'text/plain', '')
    """
    for offset, signature, mime in _SIGNATURES:
        if data[offset : offset + len(signature)] == signature:
            kind = _KINDS.get(mime.split("/")[0], "document")
            if mime in _INSIDE:
                return FileType(_container(mime, data), kind, _container_note(mime, data))
            moves = "animated" if _is_animated(mime, data) else ""
            return FileType(mime, kind, "truncated" if _is_truncated(mime, data) else moves)
    return FileType("text/plain" if _is_text(data) else "", "document")


def _container(mime: str, data: bytes) -> str:
    return next((inner for name, inner in _INSIDE[mime] if name in data), mime)


def _container_note(mime: str, data: bytes) -> str:
    is_closed = bool(data[6:7]) and bool(data[6] & 1)  # the first member of a zip is encrypted
    if _LOCKED in data if mime == "application/x-ole-storage" else is_closed:
        return "locked"
    if any(name in data for name in _MACROS):
        return "macros"
    return "archive" if _container(mime, data) == "application/zip" else "office"


def _is_animated(mime: str, data: bytes) -> bool:
    if mime == "image/gif":
        return b"NETSCAPE2.0" in data[:4096] or data.count(_FRAME) > 1
    head = data[:4096]
    return (mime == "image/webp" and b"ANIM" in head) or (mime == "image/png" and b"acTL" in head)


def _is_truncated(mime: str, data: bytes) -> bool:
    tail = data[-4096:]
    if mime == "image/jpeg":
        return b"\xff\xd9" not in tail
    if mime == "image/png":
        return b"IEND" not in tail
    if mime == "image/webp":
        return len(data) < int.from_bytes(data[4:8], "little") + 8
    if mime == "application/pdf":
        return b"%%EOF" not in tail
    return False


def _is_text(data: bytes) -> bool:
    head = data[:65536]
    if b"\x00" in head:
        return False
    for encoding in ("utf-8", "gb18030"):
        try:
            text = head.decode(encoding, errors="strict" if len(data) <= len(head) else "ignore")
        except UnicodeDecodeError:
            continue
        return all(character.isprintable() or character in "\r\n\t\ufeff" for character in text)
    return False
