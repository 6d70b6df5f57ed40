"""The program's secret: made once, only when it is needed, and changed without rewriting a blob."""

from pathlib import Path

import pytest

from bot import __main__ as commands
from bot.keys import keyring, open_blobs
from bot.settings import Settings, secret_key
from storage import BlobFault


def settings(folder: Path, **values: object) -> Settings:
    return Settings(_env_file=None, blobs=str(folder / "blobs"), **values)  # type: ignore[arg-type]


def test_no_secret_is_made_where_none_is_needed(tmp_path: Path) -> None:
    blob = open_blobs(settings(tmp_path), tmp_path / "var").put(b"bytes", case_id=1)
    assert not (tmp_path / "var").exists()
    assert open_blobs(settings(tmp_path)).path(1, blob.sha256).read_bytes() == b"bytes"


def test_a_secret_is_made_once_and_for_this_user_alone(tmp_path: Path) -> None:
    var = tmp_path / "var"
    first = secret_key(settings(tmp_path), var)
    assert len(first) == 64
    assert secret_key(settings(tmp_path), var) == first
    assert (var / "secret_key").stat().st_mode & 0o777 == 0o600
    assert [path.name for path in var.iterdir()] == ["secret_key"]


def test_encryption_is_a_setting_and_what_it_wrote_stays_readable_without(tmp_path: Path) -> None:
    var = tmp_path / "var"
    blob = open_blobs(settings(tmp_path, encrypt="1"), var).put(b"bytes", case_id=1)
    plain = open_blobs(settings(tmp_path), var)
    assert plain.path(1, blob.sha256).read_bytes() != b"bytes"
    assert b"".join(plain.open(1, blob.sha256)) == b"bytes"


def test_the_command_wraps_the_keys_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    blob = open_blobs(settings(tmp_path, encrypt=True, secret_key="first")).put(b"bytes", case_id=1)
    monkeypatch.setenv("ZHANGGUI_BLOBS", str(tmp_path / "blobs"))
    monkeypatch.setenv("ZHANGGUI_SECRET_KEY", "third")
    assert commands.main(["keys", "rewrap"]) == 1
    assert "SECRET_KEY_PREVIOUS" in capsys.readouterr().err

    monkeypatch.setenv("ZHANGGUI_SECRET_KEY_PREVIOUS", "second,first")
    assert commands.main(["keys", "rewrap"]) == 0
    assert capsys.readouterr().out.startswith("1 keys wrapped anew")
    assert commands.main(["keys", "rewrap"]) == 0
    assert capsys.readouterr().out.startswith("0 keys")
    assert b"".join(open_blobs(settings(tmp_path, secret_key="third")).open(1, blob.sha256)) == b"bytes"
    with pytest.raises(BlobFault):
        open_blobs(settings(tmp_path, secret_key="first")).open(1, blob.sha256)


def test_the_id_of_a_master_key_does_not_show_the_secret(tmp_path: Path) -> None:
    keys = keyring(settings(tmp_path, secret_key="a secret"))
    assert keys is not None
    assert len(keys.id) == 16
    assert b"a secret".hex() not in keys.id
