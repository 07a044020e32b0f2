"""The main job killed at three stages ends with the same counts as one left alone."""

from __future__ import annotations

from pathlib import Path

from tests.curation.commands.main_job import MainJob, numbers

COUNT = 20


def on_a_fake_front(home: Path) -> MainJob:
    front = ("--label-studio-url", f"fake:{home / 'front.sqlite3'}", "--token", "x")
    return MainJob(home=home, count=COUNT, options=front)


def test_a_job_killed_at_three_stages_loses_nothing_and_doubles_nothing(tmp_path: Path) -> None:
    quiet = on_a_fake_front(tmp_path / "quiet").finish()
    shaken = on_a_fake_front(tmp_path / "shaken")

    shaken.kill_in("synthetic texts", after=0.05)
    shaken.kill_in("Simulated crowd", after=0.4)
    shaken.kill_in("classifiers", after=1.5)
    ended = shaken.finish()

    assert ended["annotation"]["annotations"] == COUNT * 5
    assert ended["examples"]["synthetic"] == COUNT
    # the front's address, and so the round, differs; every count and every score is the same
    assert numbers(ended) == numbers(quiet)


def test_a_second_run_changes_nothing_and_ends_with_the_same_numbers(tmp_path: Path) -> None:
    job = on_a_fake_front(tmp_path / "home")

    first, second = job.finish(), job.finish()

    assert numbers(second) == numbers(first)
