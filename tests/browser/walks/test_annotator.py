"""What an annotator meets: a link, texts, a break, the rest, thanks; and never a number."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest

from tests.browser.annotators import PHONE, begin, press, wait_for_empty_queue
from tests.browser.walks.studio import SIGHTS, Studio, look

pytestmark = pytest.mark.browser

TEXTS = 6


@pytest.mark.parametrize(("width", "scheme"), SIGHTS)
def test_an_annotator_comes_by_a_link_takes_a_break_and_gets_through(
    studio: Studio, width: int, scheme: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    slug = f"line-{width}"
    texts = tmp_path_factory.mktemp("texts") / "texts.csv"
    texts.write_text("\n".join(["id,text", *(f"t{n},text number {n}" for n in range(TEXTS))]))
    studio.manage("create_project", slug, "--labels", "joke,news", "--overlap", "2")
    studio.manage("import_examples", slug, str(texts), "--split", "pool")
    studio.manage("rounds", slug, "open")
    told = urlsplit(studio.told("rounds", slug, "link", "--for", "ann")["link"])
    link = f"{studio.url}{told.path}?{told.query}"  # a command does not know where pages are served
    touch = PHONE if width < 500 else {}
    page = studio.page(width=width, scheme=scheme, **touch)

    page.goto(link)
    look(page)
    begin(page)
    press(page, "1")
    page.keyboard.press("s")
    look(page)
    press(page, "1")  # a reason
    press(page, "2")
    page.keyboard.press("z")
    page.wait_for_selector("text=Taken back: news")
    wait_for_empty_queue(page)
    page.goto("about:blank")
    page.goto(link)
    page.wait_for_selector("#text:visible")
    assert page.inner_text("#far").startswith("2 of")
    page.wait_for_timeout(300)
    for _ in range(TEXTS - 2):
        press(page, "1")

    page.wait_for_selector("text=Thank you. You are through.")
    wait_for_empty_queue(page)
    look(page)
