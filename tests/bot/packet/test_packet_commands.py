"""The commands `packet` and `verify`: exit status 0 done, 1 a fault, 2 wrong use; one sentence, no traceback."""

import os
from pathlib import Path

import pytest

from bot.__main__ import main
from tests.bot.packet.parts import World


@pytest.fixture
def here(world: World, sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder to run the commands in, with the settings of the world."""
    for name in [name for name in os.environ if name.startswith("ZHANGGUI_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("ZHANGGUI_DATABASE_URL", sqlite_url)
    monkeypatch.setenv("ZHANGGUI_BLOBS", str(world.folder / "blobs"))
    monkeypatch.chdir(world.folder)
    world.store.close()
    return world.folder


def test_a_packet_is_written_recorded_and_verified(
    here: Path, world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["packet", str(world.case_id), "-o", str(here / "p.zip"), "--for", "court"]) == 0
    said = capsys.readouterr().out
    assert "6 originals; left out: 7, 8" in said
    assert "without a time stamp" in said
    assert main(["verify", "p.zip"]) == 0
    assert "signed by the key expected" in capsys.readouterr().out
    assert main(["verify", "--all"]) == 0
    with world.store.read() as work:
        assert work.cases.timeline(world.case_id)[-1].body["recipient"] == "court"


def test_an_altered_packet_is_a_fault(here: Path, world: World, capsys: pytest.CaptureFixture[str]) -> None:
    main(["packet", str(world.case_id), "-o", "p.zip"])
    data = bytearray((here / "p.zip").read_bytes())
    data[len(data) // 2] ^= 1
    (here / "p.zip").write_bytes(data)
    assert main(["verify", "p.zip"]) == 1
    assert "was altered" in capsys.readouterr().err


def test_a_packet_of_another_installation_is_not_taken_for_ours(
    here: Path, world: World, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    main(["packet", str(world.case_id), "-o", str(here / "p.zip")])
    monkeypatch.setenv("ZHANGGUI_SIGNING_KEY", "var/other.pem")
    main(["packet", str(world.case_id), "-o", "q.zip"])
    assert main(["verify", "p.zip"]) == 1
    assert "another key" in capsys.readouterr().err
    assert main(["verify", "p.zip", "--key", "var/signing_key.pem"]) == 0


def test_what_cannot_be_done_is_one_sentence(
    here: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert main(["packet", "999", "-o", "p.zip"]) == 1
    assert capsys.readouterr().err.startswith("There is no case 999")
    assert main(["verify"]) == 2
    assert main(["verify", "none.zip"]) == 1
    monkeypatch.setenv("ZHANGGUI_FONTS", str(here / "blobs"))
    assert main(["packet", "1", "-o", "p.zip"]) == 1
    assert "no font with Chinese characters" in capsys.readouterr().err
    with pytest.raises(SystemExit) as wrong:
        main(["packet", "1", "-o", "p.zip", "--for", "nobody"])
    assert wrong.value.code == 2


def test_an_authority_without_roots_is_a_fault_of_the_settings(
    here: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ZHANGGUI_TSA_URLS", "ftp://x")
    assert main(["packet", "1", "-o", "p.zip"]) == 1
    said = capsys.readouterr().err
    assert "ZHANGGUI_TSA_URLS" in said
    assert "ZHANGGUI_TSA_ROOTS" in said
    assert here.exists()
