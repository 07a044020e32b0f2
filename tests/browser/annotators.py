"""Somebody who annotates in a real browser, and what a test asks about them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from curation.models import Annotation, AnnotationRound
from tests.curation.annotate.visiting import join_path

SETTLED = 200  # ms after which a text counts as seen: earlier keys are a bounce
TRIES = 20
TEXT = "document.querySelector('#text').textContent"
SCENE = "document.querySelector('.work').dataset.scene"
OFFLINE = "ERR_INTERNET_DISCONNECTED"
PHONE: dict[str, Any] = {"has_touch": True, "is_mobile": True, "device_scale_factor": 2}

Come = Callable[..., Any]


def begin(page: Any) -> None:
    """Past the guideline, to the first text."""
    page.wait_for_selector("[data-close]:focus")
    page.keyboard.press("Enter")
    page.wait_for_selector("#text:visible")
    page.wait_for_timeout(SETTLED)


def text_of(page: Any) -> str:
    return str(page.text_content("#text"))


def until(page: Any, script: str, arg: Any = None, *, seconds: float = 15) -> None:
    """Ask the page again and again; its policy forbids the browser to do so by itself."""
    for _ in range(round(seconds / 0.03)):
        if page.evaluate(script, arg):
            return
        page.wait_for_timeout(30)
    raise AssertionError(f"after {seconds} s it is still not so: {script}")


def press(page: Any, key: str) -> str:
    """Answer by keyboard; the text that was on the page.

    A text that has only just come takes no answer, so the key is pressed again where nothing
    came of it, as people do.
    """
    until(page, f"() => {SCENE} === 'task'")
    text = text_of(page)
    for _ in range(TRIES):
        page.keyboard.press(key)
        if page.evaluate(f"text => {TEXT} !== text || {SCENE} !== 'task'", text):
            page.wait_for_timeout(SETTLED)
            return text
        page.wait_for_timeout(SETTLED)
    raise AssertionError(f"{TRIES} times {key!r} answered nothing")


def wait_for_saved(page: Any, label: str) -> None:
    page.wait_for_selector(f"#status:text-is('{label}, saved')")


def wait_for_empty_queue(page: Any) -> None:
    until(
        page,
        "() => !Object.keys(localStorage).some(name => name.startsWith('concord.annotate.'))",
    )


def answers(target: AnnotationRound) -> list[tuple[str, str]]:
    """(text, label or reason) of all answers, in the order they were stored."""
    rows = Annotation.objects.filter(task__round=target).order_by("pk")
    named = rows.values_list("task__example__text", "label__name", "skip_reason")
    return [(text, label or reason) for text, label, reason in named]


def path_in(target: AnnotationRound, worker: str = "worker-1") -> str:
    return join_path(target, worker)
