"""Typed settings from the environment or a `.env` file; every fault is reported at once, each with what to do."""

import base64
import os
import re
import secrets
import tempfile
from collections.abc import Iterable, Mapping
from contextlib import suppress
from datetime import time
from importlib.util import find_spec
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

PREFIX = "ZHANGGUI_"
_S3 = re.compile(r"s3://(?P<bucket>[a-z0-9][a-z0-9.-]{1,61}[a-z0-9])/(?P<prefix>[\w-][\w.-]*(/[\w-][\w.-]*)*)", re.A)


class SettingsFault(Exception):
    """The settings cannot be used; `faults` lists each one as a sentence that says what to do."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


class Settings(BaseSettings):
    """All settings, with their defaults. Names are those of the environment without the prefix, in lower case."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_file=".env", env_file_encoding="utf-8", extra="ignore", frozen=True
    )

    database_url: str = "sqlite:///var/zhanggui.db"
    blobs: str = "var/blobs"  # or s3://bucket/prefix
    s3_endpoint: str = ""
    s3_key: SecretStr = SecretStr("")
    s3_secret: SecretStr = SecretStr("")
    s3_region: str = "us-east-1"
    s3_style: Literal["path", "host"] = "path"  # where the bucket's name stands in addresses
    host: str = "127.0.0.1"
    port: int = Field(8080, ge=0, le=65535)
    public_url: str = ""
    secret_key: SecretStr = SecretStr("")
    secret_key_previous: SecretStr = SecretStr("")  # earlier ones, separated by commas, until `keys rewrap` has run
    encrypt: bool = False
    secret_pictures: Literal["keep", "refuse"] = "keep"  # pictures that show a card number, an ID number or a code
    timezone: str = "Asia/Shanghai"
    quiet_hours: str = "21:30-08:30"
    retention_days: int = Field(730, ge=1)
    review_days: int = Field(180, ge=1)
    delete_after: float = Field(24, ge=0, le=24 * 30)  # hours in which a deletion can be undone; 0: none
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    log_format: Literal["text", "json"] = "text"

    signing_key: str = "var/signing_key.pem"
    fonts: str = ""
    tsa_urls: str = ""
    tsa_roots: str = ""
    tsa_policy: str = ""
    tsa_daily: bool = True  # the timeline of each case that changed is stamped once a day

    telegram_token: SecretStr = SecretStr("")
    telegram_mode: Literal["polling", "webhook"] = "polling"
    telegram_webhook_secret: SecretStr = SecretStr("")
    telegram_api_base: str = "https://api.telegram.org"
    telegram_file_base: str = ""

    wechat_app_id: str = ""
    wechat_app_secret: SecretStr = SecretStr("")
    wechat_token: SecretStr = SecretStr("")
    wechat_aes_key: SecretStr = SecretStr("")
    wechat_aes_key_previous: SecretStr = SecretStr("")
    wechat_account: str = ""
    wechat_account_type: Literal["unverified", "subscription", "service", "test"] = "unverified"
    wechat_api_base: str = "https://api.weixin.qq.com"
    wechat_plaintext: bool = False

    @field_validator("database_url")
    @classmethod
    def _database(cls, value: str) -> str:
        if not value.startswith(("sqlite:///", "postgresql+psycopg://")):
            raise ValueError("must be sqlite:///PATH or postgresql+psycopg://USER:PASSWORD@HOST/NAME")
        return value

    @field_validator("blobs")
    @classmethod
    def _blobs(cls, value: str) -> str:
        if "://" in value and not _S3.fullmatch(value.rstrip("/")):
            raise ValueError("must be a folder, or s3://BUCKET/PREFIX")
        return value.rstrip("/") if "://" in value else value

    @field_validator("s3_endpoint")
    @classmethod
    def _endpoint(cls, value: str) -> str:
        if value and not re.fullmatch(r"https?://[^/@?#\s]+/?", value):
            raise ValueError("must be https:// or http:// and the service's host, without the bucket")
        return value.rstrip("/")

    @field_validator("timezone")
    @classmethod
    def _timezone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError) as fault:
            raise ValueError("must be a time zone name such as Asia/Shanghai") from fault
        return value

    @field_validator("quiet_hours")
    @classmethod
    def _quiet(cls, value: str) -> str:
        if value and not re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d", value):
            raise ValueError("must look like 21:30-08:30, or be empty for none")
        return value

    @field_validator("fonts")
    @classmethod
    def _fonts(cls, value: str) -> str:
        if value and not Path(value).is_dir():
            raise ValueError("must be a folder with a font that has Chinese characters, or be empty")
        return value

    @field_validator("tsa_policy")
    @classmethod
    def _policy(cls, value: str) -> str:
        if value and not re.fullmatch(r"[0-2](\.\d+)+", value):
            raise ValueError("must be an object identifier such as 1.2.3.4, or be empty")
        return value

    @field_validator("public_url", "telegram_api_base", "telegram_file_base", "wechat_api_base")
    @classmethod
    def _address(cls, value: str) -> str:
        if value and not re.match(r"https?://[^/]+", value):
            raise ValueError("must begin with https:// or http://")
        return value.rstrip("/")

    @model_validator(mode="after")
    def _belongs_together(self) -> "Settings":
        faults = [*self._s3_faults(), *self._telegram_faults(), *self._wechat_faults(), *self._stamp_faults()]
        if faults:
            raise ValueError("\n".join(faults))
        return self

    def _s3_faults(self) -> list[str]:
        if self.bucket is None:
            return []
        faults = [
            f"{PREFIX}{name}: is needed where {PREFIX}BLOBS is a bucket"
            for name, value in (
                ("S3_ENDPOINT", self.s3_endpoint),
                ("S3_KEY", self.s3_key.get_secret_value()),
                ("S3_SECRET", self.s3_secret.get_secret_value()),
            )
            if not value
        ]
        if find_spec("obstore") is None:
            faults.append(f"{PREFIX}BLOBS: for a bucket, install the extra first: pip install '.[s3]'")
        return faults

    def _telegram_faults(self) -> list[str]:
        if not self.telegram or self.telegram_mode != "webhook":
            return []
        faults = []
        if not re.fullmatch(r"[A-Za-z0-9_-]{16,256}", self.telegram_webhook_secret.get_secret_value()):
            faults.append(
                f"{PREFIX}TELEGRAM_WEBHOOK_SECRET: webhook mode needs 16 to 256 characters of A-Z a-z 0-9 _ -"
            )
        if not self.public_url:
            faults.append(f"{PREFIX}PUBLIC_URL: webhook mode needs the address Telegram is to call")
        return faults

    def _wechat_faults(self) -> list[str]:
        given = {
            "WECHAT_APP_ID": self.wechat_app_id,
            "WECHAT_TOKEN": self.wechat_token.get_secret_value(),
            "WECHAT_ACCOUNT": self.wechat_account,
        }
        if not any(given.values()) and not self.wechat_aes_key.get_secret_value():
            return []
        faults = [f"{PREFIX}{name}: is needed for WeChat" for name, value in given.items() if not value]
        key = self.wechat_aes_key.get_secret_value()
        if not key and not self.wechat_plaintext:
            faults.append(
                f"{PREFIX}WECHAT_AES_KEY: is needed (safe mode); for development alone set {PREFIX}WECHAT_PLAINTEXT=1"
            )
        for name, value in (
            ("WECHAT_AES_KEY", key),
            ("WECHAT_AES_KEY_PREVIOUS", self.wechat_aes_key_previous.get_secret_value()),
        ):
            if value and not _is_aes_key(value):
                faults.append(f"{PREFIX}{name}: must be the 43 characters shown in the account's settings")
        if self.wechat_account_type != "unverified" and not self.wechat_app_secret.get_secret_value():
            faults.append(f"{PREFIX}WECHAT_APP_SECRET: is needed for an account of type {self.wechat_account_type}")
        return faults

    def _stamp_faults(self) -> list[str]:
        faults = []
        if not all(re.match(r"https?://[^/]+", url) for url in self.authorities):
            faults.append(f"{PREFIX}TSA_URLS: addresses that begin with https:// or http://, separated by blanks")
        if self.authorities and not Path(self.tsa_roots or ".").is_file():
            faults.append(f"{PREFIX}TSA_ROOTS: must be a PEM file with the root certificates of the TSA_URLS")
        return faults

    @property
    def bucket(self) -> tuple[str, str] | None:
        """Bucket and prefix where the blobs lie; None where it is a folder."""
        found = _S3.fullmatch(self.blobs)
        return (found["bucket"], found["prefix"]) if found else None

    @property
    def authorities(self) -> tuple[str, ...]:
        """The addresses of the time stamp authorities, in the order in which they are asked."""
        return tuple(self.tsa_urls.split())

    @property
    def telegram(self) -> bool:
        """Is Telegram configured?"""
        return bool(self.telegram_token.get_secret_value())

    @property
    def wechat(self) -> bool:
        """Is WeChat configured?"""
        return bool(self.wechat_token.get_secret_value())

    @property
    def zone(self) -> ZoneInfo:
        """The zone in which dates and quiet hours are meant."""
        return ZoneInfo(self.timezone)

    @property
    def quiet(self) -> tuple[time, time] | None:
        """Begin and end of the hours in which no reminder leaves, local time; None for no such hours."""
        if not self.quiet_hours:
            return None
        begin, end = self.quiet_hours.split("-")
        return time.fromisoformat(begin), time.fromisoformat(end)


def _is_aes_key(value: str) -> bool:
    if not re.fullmatch(r"[A-Za-z0-9+/]{43}", value):
        return False
    return len(base64.b64decode(value + "=")) == 32


def load(**overrides: object) -> Settings:
    """The settings of this process. Raises `SettingsFault` with every fault; values of secrets are never shown."""
    try:
        return Settings(**overrides)  # type: ignore[arg-type]
    except ValidationError as error:
        broken = {str(item["loc"][0]) for item in error.errors() if item["loc"]}
        raise SettingsFault([*_sentences(error), *_faults_beside(broken, overrides)]) from None
    except UnicodeDecodeError:
        raise SettingsFault([".env: is no UTF-8 text; save it as UTF-8"]) from None


def _faults_beside(broken: Iterable[str], overrides: Mapping[str, object]) -> list[str]:
    """What does not belong together, besides settings that are faulty by themselves: those count as not set."""
    unset = {name: Settings.model_fields[name].default for name in broken}
    if unset:
        try:
            Settings(**{**overrides, **unset})
        except ValidationError as error:
            return _sentences(error)
    return []


def _sentences(error: ValidationError) -> list[str]:
    faults: list[str] = []
    for item in error.errors(include_input=False, include_url=False):
        text = item["msg"].removeprefix("Value error, ")
        name = ".".join(str(part) for part in item["loc"])
        faults.extend([f"{PREFIX}{name.upper()}: {text}"] if name else text.splitlines())
    return faults


def secret_key(settings: Settings, folder: Path) -> bytes:
    """The key that signs links and sessions: from the settings, or made once and kept in `folder`."""
    given = settings.secret_key.get_secret_value()
    if given:
        return given.encode()
    path = folder / "secret_key"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        descriptor, fresh = tempfile.mkstemp(dir=folder, prefix=".secret_key-")  # for this user alone
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_hex(32))
            file.flush()
            os.fsync(descriptor)
        with suppress(FileExistsError):  # another process was first: its key is the key
            os.link(fresh, path)
        Path(fresh).unlink()
    return path.read_text().strip().encode()
