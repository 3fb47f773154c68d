from typing import Any

import pytest
from playwright.sync_api import Page

from tests.structure.project import VENDORED

PAGE = """<!doctype html><html lang="ru"><head><title>Проверка</title>
<link rel="stylesheet" href="tabler.min.css"></head>
<body><div id="text">Таблица</div>
<svg id="icon" class="icon"><use href="tabler-icons.svg#search"></use></svg>
<button class="btn btn-primary" hx-get="/part" hx-target="#text">Показать</button>
<script src="tabler.min.js"></script><script src="htmx.min.js"></script></body></html>"""
TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
POLICY = "default-src 'self'; img-src 'self' data:; style-src 'self'; script-src 'self'"


@pytest.mark.browser
def test_the_vendored_parts_work_under_the_strict_policy(page: Page) -> None:
    """No other host is asked, nothing inline runs, htmx swaps, the sprite draws."""
    asked, errors = [], []

    def serve(route: Any) -> None:
        name = route.request.url.rpartition("/")[2]
        asked.append(name)
        file = VENDORED / name
        if name == "page":
            route.fulfill(
                body=PAGE, content_type="text/html; charset=utf-8", headers={"Content-Security-Policy": POLICY}
            )
        elif name == "part":
            route.fulfill(body="Готово", content_type="text/html; charset=utf-8")
        elif file.is_file():
            route.fulfill(body=file.read_bytes(), content_type=TYPES[file.suffix])
        else:
            route.fulfill(status=404, body="")

    page.route("**/*", serve)
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto("http://hub.test/page")
    page.get_by_role("button", name="Показать").click()
    page.get_by_text("Готово").wait_for()

    assert errors == []
    assert {"tabler.min.css", "tabler.min.js", "htmx.min.js", "tabler-icons.svg"} <= set(asked)
    box = page.locator("#icon use").bounding_box()
    assert box
    assert box["width"] > 8
