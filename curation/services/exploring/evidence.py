"""A project's evidence: laid out from its votes, kept in files until the votes change.

Folders under `CONCORD_HOME/evidence` are named by a mark of the votes, so a page can say whether
what it shows is as new as the votes. While votes are few a page lays the evidence out itself; for
many, the job `explore` does.
"""

from __future__ import annotations

import hashlib
import json
import logging
import shutil
import time
from collections import OrderedDict
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import numpy as np
from django.conf import settings
from django.db.models import Count, Max
from django.db.models.functions import Length
from django.utils import timezone

from curation import frames
from curation.agreement.posterior import AgreementPosterior
from curation.errors import NothingToDo
from curation.explorer.evidence import Evidence, Facts, Ints, lay_out
from curation.explorer.evidence_store import NoEvidence, read_evidence, write_evidence
from curation.models import AnnotationChange, AnnotatorAction, Example, Project, SetAside
from curation.progress import Progress, silent
from curation.services.agreement import judge
from curation.services.answer_counts import AnswerCounts, answer_counts
from curation.services.exploring.topics import Topics, topics_of

LOG = logging.getLogger("concord.exploring")
AT_ONCE = 50_000  # votes from which a page lays evidence out while somebody waits
SLOW = frozenset({"mmsr", "crowdlab", "glad", "mace"})  # aggregators that only the job runs
ABANDONED = 86_400.0  # seconds after which a half-written folder is that of a dead process
OPENED = 4  # pieces of evidence that a process keeps open


@dataclass(frozen=True, kw_only=True)
class Found:
    """Evidence, and how it stands to the votes of now."""

    evidence: Evidence
    mark: str  # names it; ask for the same again by this
    at: datetime  # when it was laid out
    fresh: bool  # no vote came, went or changed since


_opened: OrderedDict[Path, tuple[int, Found]] = OrderedDict()  # with the folder's age


def find_evidence(project: Project, *, aggregator: str) -> Found | None:
    """The evidence on the votes of now; older evidence, or None, where the job has to make it.

    Raises:
        NothingToDo: nobody has voted yet.
        BadInput: no such aggregator.
        AggregatorRefused: it cannot work on these votes.
    """
    answers = answer_counts(project)
    found = _open(_folder(project, aggregator, votes_mark(project, answers)))
    if found is not None:
        return found
    if aggregator not in SLOW and _votes(answers) <= AT_ONCE:
        return keep_evidence(project, aggregator=aggregator, needed=False)
    return _older(project, aggregator)


def known_evidence(project: Project, *, aggregator: str, mark: str) -> Found | None:
    """The evidence of that mark, without asking whether votes came since; None if it has gone."""
    if not mark.isalnum():
        return None
    return _open(_folder(project, aggregator, mark))


def keep_evidence(
    project: Project,
    *,
    aggregator: str,
    topics: bool = False,
    needed: bool = True,
    progress: Progress = silent,
) -> Found:
    """Lay the evidence out from the votes of now and keep it; older evidence goes.

    Args:
        topics: also group the texts by their cached vectors, where most texts have one.
        needed: whether it is of no use unless it can be kept; a page shows it all the same.

    Raises:
        NothingToDo: nobody has voted yet.
        BadInput: no such aggregator.
        OSError: it cannot be kept, because the disk is full, and is `needed`.
    """
    mark = votes_mark(project)  # before reading: what comes meanwhile makes it old
    progress(0, 2, "judging")
    result = judge(project, aggregator=aggregator, posterior=True)
    posterior = result.judged.posterior
    assert isinstance(posterior, AgreementPosterior)
    progress(1, 2, "laying out the evidence")
    known = topics_of(project, result.example_keys) if topics else None
    facts = _facts(project, result.example_keys, known)
    evidence = lay_out(result.judged, result.counts, posterior, facts)
    folder = _folder(project, aggregator, mark)
    shutil.rmtree(folder, ignore_errors=True)
    at = timezone.now()
    try:
        write_evidence(evidence, folder, notes={"at": at.isoformat(), "mark": mark})
    except OSError as error:
        if needed:
            raise
        LOG.warning("evidence of %s is not kept: %s", project.slug, error)
    _opened.pop(folder, None)
    _forget_older(project, aggregator, mark)
    # who lays out evidence at the same moment may have taken the folder away
    return _open(folder) or Found(evidence=evidence, mark=mark, at=at, fresh=True)


def _facts(project: Project, keys: Ints, topics: Topics | None) -> Facts:
    found = frames.project_votes(project, split=Example.Split.POOL)
    place = np.searchsorted(keys, found.example_keys)
    place = np.minimum(place, max(0, len(keys) - 1))
    known = keys[place] == found.example_keys  # a text that was first judged a moment ago is not
    votes = found.votes
    counted = known[votes.task]
    names = dict(project.annotators.values_list("pk", "name"))
    return Facts(
        key=keys,
        length=_lengths(project, keys),
        vote_row=place[votes.task][counted],
        voter=votes.worker[counted],
        annotator_names=tuple(names[key] for key in found.annotator_keys.tolist()),
        topic=None if topics is None else topics.topic,
        topic_words=() if topics is None else topics.words,
    )


def _lengths(project: Project, keys: Ints) -> Ints:
    """(N,) characters of the texts with these ascending keys."""
    rows = project.examples.filter(split=Example.Split.POOL).order_by("pk")
    table = np.fromiter(
        (
            number
            for row in rows.values_list("pk", Length("text")).iterator(chunk_size=frames.CHUNK)
            for number in row
        ),
        dtype=np.int64,
    ).reshape(-1, 2)
    return np.asarray(table[np.searchsorted(table[:, 0], keys), 1])


def votes_mark(project: Project, answers: AnswerCounts | None = None) -> str:
    """Names the state of a project's votes; another one after every change.

    Args:
        answers: as they were counted just now; None: they are counted.
    """
    changes = AnnotationChange.objects.filter(annotator__project=project)
    actions = AnnotatorAction.objects.filter(annotator__project=project)
    answers = answers or answer_counts(project)
    aside = SetAside.objects.filter(example__project=project)
    state = [
        project.pk,
        project.created_at.isoformat(),
        answers.total,
        answers.last,
        changes.aggregate(last=Max("pk"))["last"],
        actions.aggregate(last=Max("pk"))["last"],
        *aside.aggregate(last=Max("pk"), undone=Count("undone_at")).values(),
        list(project.labels.order_by("position").values_list("name", flat=True)),
    ]
    return hashlib.sha256(json.dumps(state).encode()).hexdigest()[:16]


def _votes(answers: AnswerCounts) -> int:
    """Those that count.

    Raises:
        NothingToDo: there are none.
    """
    if not answers.votes:
        raise NothingToDo("Nobody has judged a text of this project yet.")
    return answers.votes


def _home(project: Project) -> Path:
    return Path(settings.CONCORD_HOME) / "evidence" / project.slug


def _folder(project: Project, aggregator: str, mark: str) -> Path:
    return _home(project) / f"{aggregator}-{mark}"


def _open(folder: Path) -> Found | None:
    try:
        stamp = folder.stat().st_mtime_ns  # another process may have laid it out anew
        known = _opened.get(folder)
        if known is not None and known[0] == stamp:
            return known[1]
        kept = read_evidence(folder)
    except (OSError, NoEvidence):
        return None
    at = datetime.fromisoformat(kept.notes["at"])
    found = Found(evidence=kept.evidence, mark=kept.notes["mark"], at=at, fresh=True)
    _opened[folder] = stamp, found
    while len(_opened) > OPENED:
        _opened.popitem(last=False)
    return found


def _older(project: Project, aggregator: str) -> Found | None:
    """The newest evidence that is there, whatever votes it was made from."""
    for folder in _folders(project, aggregator):
        found = _open(folder)
        if found is not None:
            return Found(evidence=found.evidence, mark=found.mark, at=found.at, fresh=False)
    return None


def _folders(project: Project, aggregator: str) -> list[Path]:
    made = {}
    for path in _home(project).glob(f"{aggregator}-*"):
        if path.name.rpartition("-")[0] == aggregator:
            with suppress(FileNotFoundError):  # taken away a moment ago
                made[path] = path.stat().st_mtime
    return sorted(made, key=lambda path: made[path], reverse=True)


def _forget_older(project: Project, aggregator: str, mark: str) -> None:
    for folder in _folders(project, aggregator):
        if not folder.name.endswith(mark):
            _opened.pop(folder, None)
            shutil.rmtree(folder, ignore_errors=True)  # who has it open keeps what it mapped
    for path in _home(project).glob(".*"):
        with suppress(FileNotFoundError):
            if time.time() - path.stat().st_mtime > ABANDONED:
                shutil.rmtree(path, ignore_errors=True)
