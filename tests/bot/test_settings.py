"""Settings: good defaults, every fault at once, no secret shown, keys made once."""

import os
import re
import threading
from datetime import time
from pathlib import Path

import pytest

from bot import settings as configuration
from bot.settings import PREFIX, Settings, SettingsFault, secret_key

KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
BUCKET = {
    "blobs": "s3://bucket/some/prefix/",
    "s3_endpoint": "https://s3.example/",
    "s3_key": "our-key",
    "s3_secret": "our-secret",
}
WECHAT = {"wechat_app_id": "wx1", "wechat_token": "t", "wechat_account": "gh_1", "wechat_aes_key": KEY}


@pytest.fixture(autouse=True)
def _nothing_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in [name for name in os.environ if name.startswith(PREFIX)]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


def faults(**values: object) -> list[str]:
    with pytest.raises(SettingsFault) as caught:
        configuration.load(**values)
    return [fault.partition(":")[0].removeprefix(PREFIX) for fault in caught.value.faults]


def test_nothing_needs_to_be_set() -> None:
    settings = configuration.load()

    assert settings.database_url == "sqlite:///var/zhanggui.db"
    assert settings.quiet == (time(21, 30), time(8, 30))
    assert str(settings.zone) == "Asia/Shanghai"
    assert (settings.telegram, settings.wechat) == (False, False)


def test_the_environment_and_the_file_are_read_and_the_environment_wins(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / ".env").write_text("ZHANGGUI_PORT=1\nZHANGGUI_QUIET_HOURS=\nOTHER=x\n")
    monkeypatch.setenv("ZHANGGUI_PORT", "2")
    settings = configuration.load()

    assert (settings.port, settings.quiet) == (2, None)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("database_url", "mysql://x"),
        ("database_url", "zhanggui.db"),
        ("port", 70000),
        ("port", "many"),
        ("timezone", "Mars/Olympus"),
        ("timezone", "../../etc/passwd"),
        ("timezone", ""),
        ("quiet_hours", "21:30"),
        ("quiet_hours", "25:00-08:30"),
        ("retention_days", 0),
        ("log_level", "loud"),
        ("public_url", "example.org"),
        ("wechat_api_base", "ftp://x"),
        ("blobs", "ftp://x/y"),
        ("blobs", "s3://bucket"),
        ("blobs", "s3://bucket/../y"),
        ("s3_endpoint", "s3.example"),
        ("s3_endpoint", "https://key:secret@s3.example"),
        ("s3_style", "other"),
    ],
)
def test_a_wrong_value_is_one_fault_that_names_the_setting(name: str, value: object) -> None:
    assert faults(**{name: value}) == [name.upper()]


def test_several_wrong_values_are_all_named() -> None:
    assert faults(port="x", timezone="y", log_level="z") == ["PORT", "TIMEZONE", "LOG_LEVEL"]


def test_what_does_not_belong_together_is_named_beside_a_wrong_value() -> None:
    wrong = {"port": "x", "telegram_token": "1:x", "telegram_mode": "webhook"}

    assert faults(**wrong) == ["PORT", "TELEGRAM_WEBHOOK_SECRET", "PUBLIC_URL"]


def test_a_file_that_is_no_text_is_a_fault_of_the_file(tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes(b"ZHANGGUI_PORT=80\xff\n")

    assert faults() == [".env"]


def test_a_half_given_wechat_account_names_what_is_missing() -> None:
    assert faults(wechat_token="t") == ["WECHAT_APP_ID", "WECHAT_ACCOUNT", "WECHAT_AES_KEY"]
    assert faults(**{**WECHAT, "wechat_aes_key": "short"}) == ["WECHAT_AES_KEY"]
    assert faults(**WECHAT, wechat_aes_key_previous="short") == ["WECHAT_AES_KEY_PREVIOUS"]
    assert faults(**WECHAT, wechat_account_type="service") == ["WECHAT_APP_SECRET"]
    assert configuration.load(**WECHAT).wechat


def test_a_half_given_bucket_names_what_is_missing() -> None:
    assert faults(blobs="s3://bucket/prefix") == ["S3_ENDPOINT", "S3_KEY", "S3_SECRET"]
    assert faults(**{**BUCKET, "s3_secret": ""}) == ["S3_SECRET"]
    assert configuration.load(**BUCKET).bucket == ("bucket", "some/prefix")
    assert configuration.load().bucket is None


def test_a_bucket_without_its_extra_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(configuration, "find_spec", lambda _: None)
    with pytest.raises(SettingsFault, match=r"pip install '\.\[s3\]'"):
        configuration.load(**BUCKET)
    assert configuration.load().blobs == "var/blobs"


def test_plain_wechat_must_be_asked_for() -> None:
    plain = {name: value for name, value in WECHAT.items() if name != "wechat_aes_key"}

    assert faults(**plain) == ["WECHAT_AES_KEY"]
    assert configuration.load(**plain, wechat_plaintext=True).wechat


def test_a_webhook_needs_a_secret_and_an_address() -> None:
    assert faults(telegram_token="1:x", telegram_mode="webhook") == ["TELEGRAM_WEBHOOK_SECRET", "PUBLIC_URL"]


def test_no_secret_is_shown_by_a_fault_or_by_the_settings_themselves() -> None:
    secret = "very-secret-words"
    with pytest.raises(SettingsFault) as caught:
        configuration.load(wechat_aes_key=secret, wechat_token=secret, telegram_token=secret, telegram_mode="webhook")
    settings = Settings(_env_file=None, secret_key=secret, telegram_token=secret)  # type: ignore[call-arg]

    assert secret not in str(caught.value)
    assert secret not in repr(settings)


def test_the_secret_key_is_made_once_for_its_owner_alone(tmp_path: Path) -> None:
    settings = configuration.load()
    first = secret_key(settings, tmp_path / "var")

    assert first == secret_key(settings, tmp_path / "var")
    assert re.fullmatch(rb"[0-9a-f]{64}", first)
    [path] = (tmp_path / "var").iterdir()
    assert path.stat().st_mode & 0o077 == 0


def test_a_key_that_was_given_is_used_and_none_is_made(tmp_path: Path) -> None:
    settings = configuration.load(secret_key="given")

    assert secret_key(settings, tmp_path / "var") == b"given"
    assert not (tmp_path / "var").exists()


def test_processes_that_start_at_once_make_one_key(tmp_path: Path) -> None:
    settings, barrier = configuration.load(), threading.Barrier(8)
    made: list[bytes] = []

    def make() -> None:
        barrier.wait()
        made.append(secret_key(settings, tmp_path / "var"))

    for round_ in range(20):
        made.clear()
        threads = [threading.Thread(target=make) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(set(made)) == 1
        assert made[0], round_
        (tmp_path / "var" / "secret_key").unlink()
