import re
from pathlib import Path

import server
from server.web.auditing import OBJECTS
from tests.structure.project import VENDORED, name_of, source_files, tracked_files

# Put together here so that this file does not hold what it forbids.
FORBIDDEN = {
    "a path of one machine": re.compile(r"(?<![\w.])/(?:work|home|Users)/(?=\w)|(?<![\w.])/root/(?=[\w.])"),
    "a file outside the project": re.compile(r"\.\./sha" + "red"),
    "a host of a package registry": re.compile(
        r"py" + r"pi\.org|python" + r"hosted\.org|npm" + r"js\.(?:org|com)|un" + r"pkg\.com|js" + r"delivr"
    ),
    "work left for later": re.compile(r"\b(?:TO" + r"DO|FIX" + r"ME)\b"),
}
SECRET = re.compile(r"-----BEGIN (?:RSA |EC |OPENSSH )?PRIVATE KEY-----")
SILENT_EXCEPT = re.compile(r"except[^\n:]*:\s*(?:#[^\n]*)?\n\s*pass\b")
BARE_IGNORE = re.compile(r"#\s*type:\s*ignore(?!\[)|#\s*noqa(?!:)")


def texts() -> dict[str, str]:
    read = {}
    for path in tracked_files():
        if path.parent == VENDORED:
            continue
        try:
            read[name_of(path)] = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue  # a DBF or a CSV in another code page says nothing in words
    return read


def test_no_file_says_what_it_must_not() -> None:
    said = {
        f"{name}:{text.count(chr(10), 0, found.start()) + 1}: {what}"
        for name, text in texts().items()
        for what, pattern in FORBIDDEN.items()
        for found in pattern.finditer(text)
    }
    assert said == set()


def test_no_private_key_is_kept_here() -> None:
    assert {name for name, text in texts().items() if SECRET.search(text)} == set()


def test_no_exception_is_swallowed_in_silence() -> None:
    assert {name_of(path) for path in source_files() if SILENT_EXCEPT.search(path.read_text(encoding="utf-8"))} == set()


def test_every_ignored_check_names_what_it_ignores() -> None:
    assert {name_of(path) for path in source_files() if BARE_IGNORE.search(path.read_text(encoding="utf-8"))} == set()


def test_every_list_and_object_of_the_audit_has_a_word() -> None:
    noted = re.compile(r'note\(\s*"[a-z_]+",\s*"([a-z_]+)"')
    listed = re.compile(r'Table\(\s*name="([a-z_]+)"')
    files = list(Path(server.__file__).parent.rglob("*.py"))
    names = {name for path in files for form in (noted, listed) for name in form.findall(path.read_text("utf-8"))}
    assert len(names) > 40
    assert names <= set(OBJECTS), names - set(OBJECTS)
