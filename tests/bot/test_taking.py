"""What becomes of a file's bytes, and what a file is whatever its name says."""

import hashlib
import io
import zipfile
from pathlib import Path

import pytest
from PIL import Image

from bot.filetypes import sniff
from bot.messages import Attachment
from bot.packet.exhibits import EXTENSIONS
from bot.taking import LARGEST, take, take_one
from storage import BlobFolder
from tests.bot.end_to_end.case import picture
from tests.dialogs.walking import TEXTS

JPEG = b"\xff\xd8\xff\xe0" + bytes(200) + b"\xff\xd9"
PDF = b"%PDF-1.7\n" + bytes(200) + b"\n%%EOF\n"
WEBP = b"RIFF" + (204).to_bytes(4, "little") + b"WEBP" + bytes(200)


@pytest.fixture
def blobs(tmp_path: Path) -> BlobFolder:
    return BlobFolder(tmp_path / "blobs")


@pytest.mark.parametrize(
    ("data", "mime", "kind"),
    [
        (picture(1), "image/png", "photo"),
        (JPEG, "image/jpeg", "photo"),
        (WEBP, "image/webp", "photo"),
        (PDF, "application/pdf", "document"),
        (b"PK\x03\x04" + bytes(50), "application/zip", "document"),
        (b"#!AMR\n" + bytes(50), "audio/amr", "audio"),
        (b"\x02#!SILK_V3" + bytes(50), "audio/silk", "audio"),
        (bytes(4) + b"ftypmp42" + bytes(50), "video/mp4", "video"),
        (bytes(4) + b"ftypM4A " + bytes(50), "audio/mp4", "audio"),
        ("到账了".encode(), "text/plain", "document"),
        ("到账了".encode("gb18030"), "text/plain", "document"),
        ("\ufeffamount,date\n1,2\n".encode(), "text/plain", "document"),
        (("钱" * 50_000).encode(), "text/plain", "document"),
        (b"\x00\x01\x02", "", "document"),
        (b"\xff\xfe\xfd" * 100, "", "document"),
        (b"", "text/plain", "document"),
    ],
    ids=lambda value: str(value)[:20],
)
def test_a_file_is_what_its_bytes_say(data: bytes, mime: str, kind: str) -> None:
    found = sniff(data)

    assert (found.mime, found.kind, found.note == "truncated") == (mime, kind, False)


@pytest.mark.parametrize("whole", [picture(1), JPEG, PDF, WEBP], ids=["png", "jpeg", "pdf", "webp"])
def test_a_file_whose_end_is_missing_is_truncated(whole: bytes) -> None:
    assert sniff(whole[:-13]).note == "truncated"


def archive(*names: str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as packed:
        for name in names:
            packed.writestr(name, "x")
    return file.getvalue()


def moving(kind: str) -> bytes:
    file = io.BytesIO()
    frames = [Image.new("RGB", (8, 8), colour) for colour in ("red", "blue")]
    frames[0].save(file, kind, save_all=True, append_images=frames[1:], duration=100, loop=0)
    return file.getvalue()


LOCKED_ZIP = bytearray(archive("a.jpg"))
LOCKED_ZIP[6] |= 1
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


@pytest.mark.parametrize(
    ("data", "extension", "note"),
    [
        (archive("a.jpg"), "zip", "archive"),
        (bytes(LOCKED_ZIP), "zip", "locked"),
        (archive("word/document.xml"), "docx", "office"),
        (archive("xl/workbook.xml", "xl/vbaProject.bin"), "xlsx", "macros"),
        (OLE + "EncryptedPackage".encode("utf-16-le"), "bin", "locked"),
        (OLE + "WordDocument".encode("utf-16-le"), "doc", "office"),
        (OLE + "Workbook _VBA_PROJECT".encode("utf-16-le"), "xls", "macros"),
        (moving("GIF"), "gif", "animated"),
        (moving("PNG"), "png", "animated"),
        (moving("WEBP"), "webp", "animated"),
        (picture(1), "png", ""),
    ],
)
def test_what_is_to_be_known_of_a_file_is_noted_without_opening_it(data: bytes, extension: str, note: str) -> None:
    """evidence.md requirement 22."""
    found = sniff(data)

    assert (EXTENSIONS.get(found.mime, "bin"), found.note) == (extension, note)
    assert not note or TEXTS.has(f"exhibit.note.{note}")


def test_bytes_are_kept_unaltered_and_named_by_their_hash(blobs: BlobFolder) -> None:
    taken = take_one(Attachment("photo", mime="image/png"), picture(1), blobs, 1)

    assert (taken.sha256, taken.size, taken.note) == (hashlib.sha256(picture(1)).hexdigest(), len(picture(1)), "")
    assert b"".join(blobs.open(1, taken.sha256)) == picture(1)


@pytest.mark.parametrize(
    ("data", "reason"),
    [(b"", "empty"), (bytes(LARGEST + 1), "too_big"), (b"\x00\x01", "unknown_type")],
    ids=["empty", "too big", "unknown"],
)
def test_what_is_not_kept_has_a_reason_and_leaves_nothing(data: bytes, reason: str, blobs: BlobFolder) -> None:
    assert take_one(Attachment("photo"), data, blobs, 1).refused == reason
    assert blobs.cases() == []


def test_a_text_that_calls_itself_a_picture_is_kept_and_called_mislabelled(blobs: BlobFolder) -> None:
    taken = take_one(Attachment("photo", name="a.jpg", mime="image/jpeg"), "商户号".encode(), blobs, 1)

    assert (taken.note, taken.mime, taken.kind, taken.refused) == ("mislabelled", "text/plain", "document", "")


def test_a_voice_message_stays_one_whatever_its_bytes(blobs: BlobFolder) -> None:
    assert take_one(Attachment("voice"), b"#!AMR\n" + bytes(9), blobs, 1).kind == "voice"


def test_only_what_is_at_hand_is_taken(blobs: BlobFolder) -> None:
    there = Attachment("photo", data=picture(1))
    announced = Attachment("photo", reference={"file": "a"})

    assert list(take([announced, there], blobs, 1)) == [1]
