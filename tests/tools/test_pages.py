"""Generated pages are what the code says."""

from pathlib import Path

import pytest

from tools.pages import DOCS, pages


@pytest.mark.parametrize("path", sorted(pages()), ids=lambda path: path.name)
def test_page_is_current(path: Path) -> None:
    assert path.read_text() == pages()[path], "run: .venv/bin/python -m tools.pages"


def test_no_schema_is_left_over() -> None:
    assert sorted((DOCS / "schemas").glob("*.json")) == sorted(p for p in pages() if p.suffix == ".json")
