"""What went wrong, in one Russian line."""

from __future__ import annotations

import errno
import re

import click
import structlog
from click.exceptions import Abort, BadParameter, MissingParameter, NoSuchOption, UsageError

from registry.core.errors import Permanent, Retryable
from registry.store.troubles import is_passing
from server.logs import incident
from server.settings import SettingsError

SENTENCES = (
    (re.compile(r"(?:File|Path|Directory) (.+) does not exist\."), "нет файла {0}."),
    (re.compile(r"(?:File|Path|Directory) (.+) is a directory\."), "{0} — папка, нужен файл."),
    (re.compile(r"File (.+) is not (?:readable|writable)\."), "файл {0} недоступен."),
    (re.compile(r"(.+) is not a valid integer(?: range)?\."), "{0} — не целое число."),
    (re.compile(r"(.+) is not in the range (.+)\."), "{0} вне пределов {1}."),
    (re.compile(r"(.+) is not one of (.+)\."), "{0} — нужно одно из: {1}."),
    (re.compile(r"Got unexpected extra arguments? \((.+)\)"), "лишнее: {0}."),
    (re.compile(r"Missing command\."), "не указано, что сделать."),
)


REASONS = {
    errno.ENOENT: "нет такого файла или папки",
    errno.EACCES: "нет прав",
    errno.EPERM: "нет прав",
    errno.EROFS: "носитель только для чтения",
    errno.ENOSPC: "нет места на диске",
    errno.EISDIR: "это папка",
    errno.ENOTDIR: "часть пути не папка",
}


class Refused(click.ClickException):
    """What the user asked for cannot be done; the text says why and what to do."""


def told(error: Exception) -> str:
    """The line for the user; what nobody foresaw is logged under the incident number it names."""
    if isinstance(error, SettingsError):
        return "Настройки заданы неверно:\n" + "\n".join(f"  {problem}" for problem in error.problems)
    if isinstance(error, Permanent):
        return error.text
    if isinstance(error, click.ClickException):
        return _of_click(error)
    if isinstance(error, Abort):
        return "Прервано."
    if isinstance(error, OSError) and error.filename:
        return f"Файл недоступен: {error.filename} ({_reason(error)})."
    if isinstance(error, Retryable) or is_passing(error):
        return "База данных или брокер сейчас недоступны. Проверьте HUB_DATABASE_URL и HUB_BROKER_URL и повторите."
    number = incident()
    structlog.get_logger("hub.cli").error("command failed", incident=number, exc_info=error)
    return f"Внутренняя ошибка, инцидент {number}. Подробности в журнале процесса."


def _reason(error: OSError) -> str:
    """Why the system would not, in Russian where it is a common reason."""
    return REASONS.get(error.errno or 0, error.strerror or type(error).__name__)


def _of_click(error: click.ClickException) -> str:
    ways = ""
    if isinstance(error, UsageError) and error.ctx is not None:
        ways = f" Справка: {error.ctx.command_path} --help"
    if isinstance(error, NoSuchOption):
        return f"Нет такого ключа: {error.option_name}.{ways}"
    if isinstance(error, MissingParameter):
        name = error.param.human_readable_name if error.param is not None else error.param_hint
        return f"Не указано: {name}.{ways}"
    if isinstance(error, BadParameter):
        name = error.param.human_readable_name if error.param is not None else error.param_hint
        return f"Недопустимое значение {name}: {_in_russian(error.message)}{ways}"
    if isinstance(error, UsageError):
        return f"Команда не понята: {_in_russian(error.message)}{ways}"
    return error.format_message()


def _in_russian(message: str) -> str:
    """The commonest sentences of click; what is not among them stays as it is."""
    for pattern, words in SENTENCES:
        if found := pattern.fullmatch(message):
            return words.format(*found.groups())
    return message
