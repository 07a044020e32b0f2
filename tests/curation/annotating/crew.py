"""People who work a round together, each request of them a transaction of its own.

As a program, `python -m tests.curation.annotating.crew ROUND SEED`, it works until it is killed
or nothing is left, and prints the key and label of every answer that was stored.
"""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from curation.models import AnnotationRound, Participation

LABELS = ("joke", "news")
LONGEST = 120.0  # seconds; nobody works that long


class Crew:
    """Some people at one machine, in turns.

    Args:
        moods: what is done with a text in hand, by how often; see `turn`.
        stored: told the lease key and the label of every answer that was stored.
        stopped: whether to give up, asked before every turn.
    """

    def __init__(
        self,
        target: AnnotationRound,
        names: Iterable[str],
        *,
        seed: int,
        moods: dict[str, int],
        stored: Callable[[str, str], None] = lambda key, label: None,
        stopped: Callable[[], bool] = lambda: False,
    ) -> None:
        from curation.services.annotating.joining import join

        self.people = [join(target, name, simulated=True) for name in names]
        self._dice = random.Random(seed)
        self._moods, self._stored, self._stopped = moods, stored, stopped

    def work(self) -> None:
        """Go on until all are told that they are through."""
        end = time.monotonic() + LONGEST
        while not self._stopped():
            working = [person for person in self.people if person.state == "working"]
            if not working:
                return
            if not self.turn(self._dice.choice(working)):
                time.sleep(0.01)
            if time.monotonic() > end:
                raise TimeoutError(f"{working} wait for something")

    def turn(self, person: Participation) -> bool:
        """One person does something; False if there was nothing for them."""
        from curation.errors import AnnotationRefused
        from curation.services.annotating.answering import Given, submit_and_go_on
        from curation.services.annotating.serving import next_tasks
        from curation.services.annotating.taking_back import undo

        served = next_tasks(person, count=2)
        if not served:
            return False
        mood = self._dice.choices(list(self._moods), list(self._moods.values()))[0]
        key, label = served[0].key, self._dice.choice(LABELS)
        try:
            if mood == "undo":
                undo(person)
            elif mood == "leave":
                self._leave(person)
            elif mood == "skip":
                submit_and_go_on(person, key, Given(skip="unclear"), count=2)
            else:
                submit_and_go_on(person, key, Given(label=label), count=2)
                self._stored(str(key), label)
        except AnnotationRefused:
            pass  # nothing to take back, or the time ran out and others were quicker
        return True

    def _leave(self, person: Participation) -> None:
        """Go away; time passes, and what they hold can go to others."""
        from django.utils import timezone

        past = timezone.now() - timedelta(seconds=1)
        person.round.leases.filter(participation=person, held=True).update(expires_at=past)


def main() -> None:
    import django

    django.setup()
    from curation.models import AnnotationRound

    key, seed = sys.argv[1:]
    target = AnnotationRound.objects.select_related("project").get(key=key)
    names = [f"killed-{seed}-{number}" for number in range(4)]

    def stored(key: str, label: str) -> None:
        sys.stdout.write(f"{key} {label}\n")
        sys.stdout.flush()

    Crew(target, names, seed=int(seed), moods={"answer": 1}, stored=stored).work()


if __name__ == "__main__":
    main()
