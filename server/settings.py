"""The settings of a running hub: read once from the environment, wrong ones reported all together."""

import os
import secrets
import tempfile
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Self, TypeVar
from zoneinfo import ZoneInfo

DIALECTS = ("generic", "perm", "karelia", "ufa", "iszl")
LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
DATABASES = {
    "sqlite": "sqlite",
    "postgres": "postgresql+psycopg2",
    "postgresql": "postgresql+psycopg2",
    "postgresql+psycopg2": "postgresql+psycopg2",
}
BROKERS = ("amqp", "amqps")
NAMES = frozenset(
    f"HUB_{name}"
    for name in (
        "BROKER_URL",
        "DATABASE_URL",
        "DATA_DIR",
        "DIALECT",
        "FERZL_TOKEN",
        "FUND_CODE",
        "LOG_LEVEL",
        "MAX_UPLOAD_MB",
        "PORT",
        "SECRET_KEY",
        "TIMEZONE",
        "TRUSTED_PROXIES",
    )
)
FOR_TESTS = "HUB_TEST_"
SHORTEST_KEY = 32
KEY_FILE = "secret_key"

T = TypeVar("T")


class SettingsError(Exception):
    """The environment cannot be used; `problems` names every reason, a line each."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = tuple(problems)


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What the environment says about this hub, checked and complete. Addresses and secrets never show in its repr."""

    database_url: str = field(repr=False)
    broker_url: str | None = field(repr=False)
    data_dir: Path
    port: int
    secret_key: str = field(repr=False)
    fund_code: str
    dialect: str
    max_upload_mb: int
    log_level: str
    timezone: ZoneInfo
    trusted_proxies: tuple[IPv4Network | IPv6Network, ...] = ()
    ferzl_token: str = field(default="", repr=False)

    @property
    def embedded(self) -> bool:
        """Whether the database is the SQLite file of a single process."""
        return self.database_url.startswith("sqlite")

    @property
    def max_upload_bytes(self) -> int:
        """The longest body an upload may have."""
        return self.max_upload_mb * 1024 * 1024

    @classmethod
    def from_environment(cls, environ: Mapping[str, str]) -> Self:
        """The settings of these variables; SettingsError names all that is wrong with them, values of secrets never."""
        given = _Given(environ)
        data_dir = Path(given.text("HUB_DATA_DIR") or "var").absolute()
        database_url = given.read(
            "HUB_DATABASE_URL", f"sqlite:///{(data_dir / 'hub.sqlite3').as_posix()}", _database_url
        )
        embedded = database_url is None or database_url.startswith("sqlite")
        secret_key = given.read("HUB_SECRET_KEY", "", _secret_key)
        if not embedded and not given.text("HUB_SECRET_KEY"):
            given.problems.append("HUB_SECRET_KEY: обязателен, когда база данных не встроенная (SQLite)")
        fields = {
            "broker_url": given.read("HUB_BROKER_URL", "", _broker_url) or None,
            "port": given.read("HUB_PORT", "8080", _whole(1, 65535)),
            "fund_code": given.read("HUB_FUND_CODE", "63", _fund_code),
            "dialect": given.read("HUB_DIALECT", "generic", _one_of(DIALECTS)),
            "max_upload_mb": given.read("HUB_MAX_UPLOAD_MB", "512", _whole(1, 65536)),
            "log_level": given.read("HUB_LOG_LEVEL", "INFO", lambda text: _one_of(LOG_LEVELS)(text.upper())),
            "timezone": given.read("HUB_TIMEZONE", "Europe/Samara", _timezone),
            "ferzl_token": given.read("HUB_FERZL_TOKEN", "", _token),
            "trusted_proxies": given.read("HUB_TRUSTED_PROXIES", "", _networks),
        }
        if not given.problems:
            try:
                data_dir.mkdir(parents=True, exist_ok=True)  # uploads are spooled there; /ready looks for it
                secret_key = secret_key or kept_secret_key(data_dir)
            except OSError as reason:
                given.problems.append(f"HUB_DATA_DIR: папка {data_dir} недоступна для записи ({reason.strerror})")
        if given.problems:
            raise SettingsError(given.problems)
        return cls(data_dir=data_dir, database_url=database_url, secret_key=secret_key, **fields)  # type: ignore[arg-type] # no problems: no None


def kept_secret_key(data_dir: Path) -> str:
    """The key kept in the data folder, readable by its owner only; made on the first call, the same ever after."""
    path = data_dir / KEY_FILE
    if not path.exists():
        data_dir.mkdir(parents=True, exist_ok=True)
        descriptor, made = tempfile.mkstemp(dir=data_dir, prefix=f".{KEY_FILE}.")  # mkstemp gives 0600
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(secrets.token_hex(SHORTEST_KEY))
        with suppress(FileExistsError):  # a process that starts beside us was first: its key is the key
            os.link(made, path)  # whole or not at all, unlike a write
        Path(made).unlink()
    return path.read_text(encoding="ascii").strip()


class _Given:
    """Reads variables one by one and remembers every problem instead of stopping at the first."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self.environ = environ
        unknown = (name for name in environ if name.startswith("HUB_") and not name.startswith(FOR_TESTS))
        self.problems = [
            f"{name}: неизвестная настройка, проверьте написание" for name in sorted(unknown) if name not in NAMES
        ]

    def text(self, name: str) -> str:
        return self.environ.get(name, "").strip()

    def read(self, name: str, default: str, form: Callable[[str], T]) -> T | None:
        try:
            return form(self.text(name) or default)
        except ValueError as reason:
            self.problems.append(f"{name}: {reason}")
            return None


def _token(text: str) -> str:
    if not (text.isascii() and text.replace(" ", "").isprintable()):
        raise ValueError("ключ доступа пишется печатными знаками ASCII")  # the value itself is never told
    return text


def _database_url(text: str) -> str:
    scheme, mark, rest = text.partition("://")
    if not mark or scheme not in DATABASES:
        raise ValueError("нужен адрес вида sqlite:///путь или postgresql://пользователь@узел/база")
    return f"{DATABASES[scheme]}://{rest}"


def _broker_url(text: str) -> str:
    if text and text.partition("://")[0] not in BROKERS:
        raise ValueError("нужен адрес вида amqp://пользователь@узел:5672/ или пустое значение")
    return text


def _secret_key(text: str) -> str:
    if text and len(text) < SHORTEST_KEY:
        raise ValueError(f"ключ короче {SHORTEST_KEY} знаков")
    return text


def _fund_code(text: str) -> str:
    if len(text) != 2 or not (text.isascii() and text.isdigit()):
        raise ValueError(f"нужны две цифры кода фонда по F001, дано «{text}»")
    return text


def _timezone(text: str) -> ZoneInfo:
    try:
        return ZoneInfo(text)
    except (KeyError, ValueError, OSError) as reason:  # unknown, not a name at all, a folder
        raise ValueError(f"часовой пояс «{text}» неизвестен") from reason


def _networks(text: str) -> tuple[IPv4Network | IPv6Network, ...]:
    try:
        return tuple(ip_network(one.strip()) for one in text.split(",") if one.strip())
    except ValueError as reason:
        raise ValueError(
            f"нужны адреса или сети через запятую, например 10.0.0.5, 10.1.0.0/24; дано «{text}»"
        ) from reason


def _whole(least: int, most: int) -> Callable[[str], int]:
    def form(text: str) -> int:
        if not (text.isascii() and text.isdigit() and least <= int(text) <= most):
            raise ValueError(f"нужно целое число от {least} до {most}, дано «{text}»")
        return int(text)

    return form


def _one_of(words: tuple[str, ...]) -> Callable[[str], str]:
    def form(text: str) -> str:
        if text not in words:
            raise ValueError(f"нужно одно из: {', '.join(words)}; дано «{text}»")
        return text

    return form
