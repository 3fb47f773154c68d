"""Makes `import spyne` work on Python 3.11, 3.12 and 3.13.

spyne 2.14.0 carries a copy of six older than the import protocol of Python 3.12. The real six is put in its place, by
every name under which spyne asks for it, before spyne is imported. Python 3.13 no longer has the `cgi` module that
spyne reads; the locked package legacy-cgi brings it back under the same name.
"""

import importlib
import operator
import sys
from types import ModuleType

import six

COPY_INSIDE_SPYNE = "spyne.util.six"
MOVES = ("collections_abc", "http_cookies", "urllib", "urllib.error", "urllib.parse", "urllib.request")


def install() -> None:
    """Puts the real six where spyne looks for its own; a second call changes nothing."""
    if COPY_INSIDE_SPYNE in sys.modules:
        return
    stand_in = ModuleType(COPY_INSIDE_SPYNE, "The real six, and the one name that spyne added to its copy.")
    for name, value in vars(six).items():
        if not name.startswith("__"):
            setattr(stand_in, name, value)
    stand_in.get_function_name = operator.attrgetter("__name__")  # type: ignore[attr-defined] # added to a module object
    sys.modules[COPY_INSIDE_SPYNE] = stand_in
    sys.modules[f"{COPY_INSIDE_SPYNE}.moves"] = six.moves
    for name in MOVES:
        sys.modules[f"{COPY_INSIDE_SPYNE}.moves.{name}"] = importlib.import_module(f"six.moves.{name}")
