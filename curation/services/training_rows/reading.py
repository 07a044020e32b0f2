"""Sources: parts of what a project holds, amounts drawn from them, and mixtures."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from curation.datasets import Policy, drop_reasons
from curation.datasets.keeping import KEPT
from curation.datasets.sources import Part, SourceError, first_rows, parse_source
from curation.duplicates import normalised
from curation.errors import BadInput, NothingToDo
from curation.models import Example, Project
from curation.services.datasets import get_version
from curation.services.training_rows.bases import (
    drawn_like,
    random_rows,
    real_rows,
    synthetic_rows,
    version_rows,
)
from curation.services.training_rows.rows import (
    JudgedTexts,
    LabelledRow,
    judged_texts,
    published_texts,
)
from curation.services.training_rows.testing import normal_test_texts


@dataclass(frozen=True, kw_only=True)
class SourceRows:
    """The rows of one source, and what was left out of it."""

    rows: list[LabelledRow]  # by id
    test_texts: int  # rows left out because a test text says the same
    repeated: int  # rows left out because an earlier part of the mixture says the same


def training_rows(project: Project, source: str, *, seed: int) -> list[LabelledRow]:
    """The training rows of a source, by id; never a test text. For several, see `SourceReader`.

    synthetic: all generated texts with the label their prompt asked for, as if nobody had
    judged them; method:NAME those of one prompting method. real: all real training texts with
    their gold label; in a project of imported votes, all judged texts with their aggregated label.
    version:N: the kept rows of a version, of its training part where it is split. random:N: as
    many rows as that (as many of each label when it keeps within labels or balances them), drawn
    by `seed` from everything that version considered, with its labels; none that is held out of
    training, and no near-duplicate of one.

    judged: all texts of the pool that have votes, with the label of most of them; where no text
    has votes, real training texts that came with a share of agreement. agreed:γ: those with
    agreement of at least γ. share:q: the most agreed share of each label. random-agreed:γ and
    random-share:q: as many of the judged rows (for a share, as many of each label), drawn by
    `seed`.

    A part @N is N of its rows, @Neach N of each label, the first ones of an order that `seed`
    draws. Parts joined by + are put together; a text that two of them hold is the earlier one's.

    Whatever equals a test text but for case, spacing and punctuation is left out, of every source;
    random:N is as large as what is left of version:N. Near-duplicates that differ by a word are not
    looked for here; `curation.duplicates` finds them.

    Raises:
        BadInput, VersionNotFound: not a source of this project.
        NothingToDo: the source has no rows, or fewer than it is asked for.
    """
    return SourceReader(project).read(source, seed=seed).rows


class SourceReader:
    """Reads sources of one project, of which votes and texts are looked up once."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._whole: dict[str, list[LabelledRow]] = {}

    def read(self, source: str, *, seed: int) -> SourceRows:
        """The rows of one source; see `training_rows`."""
        try:
            parts = parse_source(source)
        except SourceError as error:
            raise BadInput(str(error)) from error
        rows, test_texts, repeated = self._mixed(parts, seed)
        if not rows:
            raise NothingToDo(
                f"Project {self._project.slug!r} has no rows of source {source!r} to train on."
            )
        rows = sorted(rows, key=lambda row: row.id)
        return SourceRows(rows=rows, test_texts=test_texts, repeated=repeated)

    def _mixed(self, parts: Sequence[Part], seed: int) -> tuple[list[LabelledRow], int, int]:
        """Rows of all parts, and how many were left out as test texts and as repeated."""
        rows: list[LabelledRow] = []
        seen: set[str] = set()
        test_texts = repeated = 0
        for part in parts:
            base = self._base(part, seed)
            clean = self._clean(base)
            test_texts += len(base) - len(clean)
            chosen = self._amount(clean, part, seed)
            fresh = [row for row in chosen if normalised(row.text) not in seen]
            repeated += len(chosen) - len(fresh)
            rows += fresh
            seen |= {normalised(row.text) for row in fresh}
        return rows, test_texts, repeated

    def _amount(self, rows: list[LabelledRow], part: Part, seed: int) -> list[LabelledRow]:
        if part.amount is None:
            return rows
        ids, labels = [row.id for row in rows], [row.label for row in rows]
        places = first_rows(ids, labels, part, seed=seed)
        if places is None:
            have = f"{len(rows):,} rows"
            if part.each:
                have = ", ".join(f"{n:,} of {name}" for name, n in sorted(Counter(labels).items()))
            raise NothingToDo(
                f"Source {str(part)!r} asks for more than project {self._project.slug!r} has "
                f"({have}); ask for fewer."
            )
        return [rows[place] for place in places]

    def _base(self, part: Part, seed: int) -> list[LabelledRow]:
        """All rows of a part, before its amount; those that no seed decides are kept in mind."""
        if part.base == "random":
            version = get_version(self._project, part.number)
            return random_rows(version, seed=seed, clean=self._clean)
        if part.base.startswith("random-"):
            return self._random(part, seed)
        if part.whole not in self._whole:
            self._whole[part.whole] = self._read(part)
        return self._whole[part.whole]

    def _read(self, part: Part) -> list[LabelledRow]:
        if part.base == "real":
            return real_rows(self._project)
        if part.base in {"synthetic", "method"}:
            return synthetic_rows(self._project, method=part.argument)
        if part.base == "version":
            return version_rows(get_version(self._project, part.number))
        if part.base == "judged":
            return self._judged.rows
        policy = (
            Policy(threshold=part.share) if part.base == "agreed" else Policy(keep_share=part.share)
        )
        reasons = drop_reasons(self._judged.judged, policy).tolist()
        return [row for row, why in zip(self._judged.rows, reasons, strict=True) if why == KEPT]

    def _random(self, part: Part, seed: int) -> list[LabelledRow]:
        """As many judged rows as the part without "random-" keeps; test texts count in neither."""
        base = part.base.removeprefix("random-")
        kept = self._base(Part(base=base, argument=part.argument), seed)
        chosen = Counter(row.label for row in self._clean(kept))
        considered = self._clean(self._judged.rows)
        return drawn_like(considered, chosen, within_label=base == "share", seed=seed)

    def _clean(self, rows: list[LabelledRow]) -> list[LabelledRow]:
        """Those that no test text equals."""
        if not self._test_texts:
            return rows
        return [row for row in rows if normalised(row.text) not in self._test_texts]

    @cached_property
    def _judged(self) -> JudgedTexts:
        found = judged_texts(self._project, split=Example.Split.POOL)
        found = found or published_texts(self._project)
        if found is None:
            raise NothingToDo(
                f"Project {self._project.slug!r} has no judged texts; let people judge, or bring "
                f"votes in with manage.py import_votes {self._project.slug} FILE."
            )
        return found

    @cached_property
    def _test_texts(self) -> set[str]:
        return normal_test_texts(self._project)
