"""Rounds on Label Studio: opened, sent, hinted at, polled, and who takes part.

`choosing` finds a round → `opening` opens one and gives it tasks → `pushing` sends them → `hooks`
lets the server say that something came → `polling` says which rounds to look at → `people` invites
annotators and lets strangers in. `patience` waits for a server that is away. Answers come back in
`curation.services.pulling`.
"""

from curation.services.rounds.choosing import current_round, open_rounds, round_of
from curation.services.rounds.opening import NewRound
from curation.services.rounds.patience import with_patience
from curation.services.rounds.pushing import Pushed, push_tasks

__all__ = [
    "NewRound",
    "Pushed",
    "current_round",
    "open_rounds",
    "push_tasks",
    "round_of",
    "with_patience",
]
