"""What a packet of a big case costs: seconds, and the most memory of this process and of its children.

python -m benchmarks.packet [exhibits]
"""

import io
import random
import resource
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from zoneinfo import ZoneInfo

from PIL import Image, ImageDraw

from bot.packet.gathering import Gatherer
from bot.packet.making import PacketMaker
from bot.packet.signing import Signer
from bot.viewing import Viewer
from dialogs import loader
from dialogs.dialog import Dialog
from storage import BlobFolder, Store

NOW = datetime(2026, 11, 24, 2, 30, tzinfo=UTC)
ZONE = ZoneInfo("Asia/Shanghai")


def photos(count: int) -> Iterator[bytes]:
    """Twelve megapixels each, as a phone takes them; no two alike."""
    luck = random.Random(1)
    ground = Image.effect_noise((500, 375), 60).convert("RGB").resize((4000, 3000))
    for _ in range(count):
        yield photo(ground.copy(), luck)


def photo(image: Image.Image, luck: random.Random) -> bytes:
    """One of them."""
    draw = ImageDraw.Draw(image)
    for _ in range(60):
        x, y = luck.randrange(4000), luck.randrange(3000)
        draw.rectangle((x, y, x + 300, y + 40), fill=(luck.randrange(256),) * 3)
    out = io.BytesIO()
    image.save(out, "JPEG", quality=85)
    return out.getvalue()


def memory(who: int) -> float:
    """The most that was used, in MB."""
    return resource.getrusage(who).ru_maxrss / 1024


def work_of_all() -> float:
    """Seconds that processors worked for this process and its children."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def main(count: int) -> None:
    with TemporaryDirectory() as name:
        folder = Path(name)
        store, blobs = Store.open(f"sqlite:///{folder}/x.db"), BlobFolder(folder / "blobs")
        store.upgrade()
        with store.work() as work:
            row = work.people.enter("web", "anna", now=NOW, language="zh-Hans")[1]
            case = work.cases.open(row.person_id, now=NOW, section="assess", guide_version="1")
            for number, data in enumerate(photos(count)):
                blob = blobs.put(data, case_id=case.id)
                one = work.evidence.add(
                    case.id,
                    kind="photo",
                    channel="web",
                    update_id=str(number),
                    received_at=NOW,
                    status="stored",
                    sha256=blob.sha256,
                    size=blob.size,
                    mime="image/jpeg",
                    stored_at=NOW,
                )
                body = {"no": one.no, "type": "photo", "sha256": one.sha256, "size": one.size}
                case = work.cases.log(case, NOW, [("evidence_added", body)])
            work.cases.save(case)
            work.commit()
        dialog = Dialog(*loader.load())
        maker = PacketMaker(store, blobs, Gatherer(dialog, Viewer(dialog, ZONE), ZONE), Signer.load(folder / "key.pem"))
        before = memory(resource.RUSAGE_SELF)
        begun, worked = time.perf_counter(), work_of_all()
        packet = maker.make(case.id, folder / "p.zip", recipient="police", document=folder / "p.pdf")
        seconds = time.perf_counter() - begun
        pdf = (folder / "p.pdf").stat().st_size
        print(f"{count} photos: {seconds:.1f} s, {work_of_all() - worked:.1f} s of work", end=", ")
        print(f"ZIP {packet.size >> 20} MB, PDF {pdf >> 20} MB")
        print(f"memory of the program {before:.0f} -> {memory(resource.RUSAGE_SELF):.0f} MB", end=", ")
        print(f"of its largest child {memory(resource.RUSAGE_CHILDREN):.0f} MB")
        store.close()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 200)
