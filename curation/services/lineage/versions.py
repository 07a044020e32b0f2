"""The lineage of a version: texts → votes → labels → version → training runs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count
from django.urls import reverse

from curation.datasets import Policy
from curation.datasets.lineage import Edge, Graph, Node, Value
from curation.datasets.prov import prov_document
from curation.datasets.splits import SplitPlan
from curation.models import AnnotationRound, DatasetVersion
from curation.reporting import wording
from curation.services.datasets.judging import rounds_of
from curation.services.datasets.known import known_of
from curation.services.lineage.hooks import TrainedRun, generated_by, trained_on


def version_prov(version: DatasetVersion) -> dict[str, Any]:
    """The lineage of a version up to its freezing, as a PROV-JSON document."""
    return prov_document(version_graph(version, with_runs=False))


def version_graph(version: DatasetVersion, *, with_runs: bool = True) -> Graph:
    """The lineage of a version, in groups: runs and rounds, not single texts and votes.

    Args:
        with_runs: with what may still change: the training runs that used it so far, and what its
            generation runs have cost.
    """
    book, policy = _Book(version), Policy.from_json(version.policy)
    book.texts(with_progress=with_runs)
    book.votes()
    book.labels(policy)
    book.version_itself(policy, SplitPlan.from_json(version.split_plan))
    if with_runs:
        book.runs()
    return Graph(
        name=version.project.slug, nodes=tuple(book.nodes.values()), edges=tuple(book.edges)
    )


@dataclass
class _Book:
    """Nodes and edges as they are found, stage by stage."""

    version: DatasetVersion
    nodes: dict[str, Node] = field(default_factory=dict)
    edges: list[Edge] = field(default_factory=list)
    examples: list[str] = field(default_factory=list)  # keys of the groups of texts

    def entity(self, key: str, type: str, title: str, **more: Any) -> str:
        return self._add(Node(key=key, kind="entity", type=type, title=title, **more))

    def activity(self, key: str, type: str, title: str, **more: Any) -> str:
        return self._add(Node(key=key, kind="activity", type=type, title=title, **more))

    def agent(self, key: str, type: str, title: str) -> str:
        return self._add(Node(key=key, kind="agent", type=type, title=title))

    def _add(self, node: Node) -> str:
        self.nodes[node.key] = node
        return node.key

    def join(self, relation: str, later: str, *earlier: str) -> None:
        self.edges += [Edge(relation=relation, later=later, earlier=key) for key in earlier]

    def texts(self, *, with_progress: bool) -> None:
        """The texts that were considered, by the run that wrote them, or as imported."""
        counts = _texts_of_runs(self.version)
        runs = generated_by(self.version.project, sorted(filter(None, counts)))
        for run in runs:
            texts = self._texts(
                f"run-{run.number}", f"Texts of run {run.number}", counts[run.number]
            )
            activity = self.activity(
                f"generation/{run.number}",
                "GenerationRun",
                run.title,
                details=run.details | (run.progress if with_progress else {}),
                address=run.address,
                started=_stamp(run.started),
            )
            self.join("wasGeneratedBy", texts, activity)
            model = self.agent(f"model/{run.model}", "LanguageModel", run.model)
            self.join("wasAssociatedWith", activity, model)
        brought = sum(counts.values()) - sum(counts[run.number] for run in runs)
        if brought:
            self._texts("imported", "Imported texts", brought)

    def _texts(self, name: str, title: str, n: int) -> str:
        key = self.entity(f"examples/{name}", "Examples", title, details={"examples": n})
        self.examples.append(key)
        return key

    def votes(self) -> None:
        """The votes they were judged by, round by round."""
        for target in rounds_of(self.version):
            front = AnnotationRound.Front(target.front).label
            imported = target.front == AnnotationRound.Front.VOTES
            activity = self.activity(
                f"round/{target.number}",
                "AnnotationRound",
                f"Round {target.number}, {front}",
                started=_stamp(target.created_at),
                details=_known(
                    {
                        # nobody asked for an overlap of votes that were brought in
                        "overlap": None if imported else target.overlap,
                        "simulated": target.simulated,
                    }
                ),
                address=reverse("round", args=[self.version.project.slug, target.number]),
            )
            self.join("used", activity, *self.examples)
            who = (
                ("simulated", "Simulated annotators")
                if target.simulated
                else ("people", "Annotators")
            )
            crowd = self.agent(f"annotators/{who[0]}", "Annotators", who[1])
            self.join("wasAssociatedWith", activity, crowd)
            votes = self.entity(
                f"votes/{target.number}", "Votes", f"Votes of round {target.number}"
            )
            self.join("wasGeneratedBy", votes, activity)

    def labels(self, policy: Policy) -> None:
        """What the votes were made into."""
        version = self.version
        name = policy.aggregator.replace("_", "-")
        activity = self.activity(
            f"aggregation/{version.number}", "Aggregation", f"Labels by {name}"
        )
        details: dict[str, Value | None] = {
            "examples": version.kept + sum(version.dropped.values()),
            "annotators": version.annotators,
            "mean_agreement": version.mean_agreement,
            "krippendorff_alpha": version.alpha,
        }
        labels = self.entity(
            f"labels/{version.number}",
            "AggregatedLabels",
            "Aggregated labels",
            details=_known(details),
        )
        self.join("used", activity, *(key for key in self.nodes if key.startswith("votes/")))
        self.join("wasGeneratedBy", labels, activity)

    def version_itself(self, policy: Policy, plan: SplitPlan | None) -> None:
        """The policy applied, and what it kept."""
        version, number = self.version, self.version.number
        said = {"sentence": policy.sentence(), "splits": plan.sentence() if plan else None}
        chosen = self.entity(f"policy/{number}", "Policy", "Policy", details=_known(said))
        stamp = _stamp(version.created_at)
        freezing = self.activity(
            f"freezing/{number}", "Freezing", "Freezing", started=stamp, ended=stamp
        )
        details: dict[str, Value | None] = {"kept": version.kept}
        details |= {f"dropped_{reason}": n for reason, n in sorted(version.dropped.items())}
        details |= {f"split_{name}": n for name, n in version.splits.items()}
        details |= {"fingerprint": version.fingerprint, "note": version.note or None}
        frozen = self.entity(
            f"version/{number}",
            "DatasetVersion",
            f"Version {number}",
            address=version.get_absolute_url(),
            details=_known(details),
        )
        self.join("used", freezing, f"labels/{number}", chosen)
        self.join("wasGeneratedBy", frozen, freezing)
        self.join("wasDerivedFrom", frozen, *self.examples)

    def runs(self) -> None:
        """The classifiers that were trained on it, one node for the seeds of a source."""
        by_source: dict[str, list[TrainedRun]] = {}
        for run in trained_on([self.version]):
            by_source.setdefault(f"{run.source}/{run.classifier}", []).append(run)
        for key, found in sorted(by_source.items()):
            scores = [run.macro_f1 for run in found if run.macro_f1 is not None]
            details: dict[str, Value | None] = {
                "runs": len(found),
                "train_rows": found[0].train_rows,
                "mean_macro_f1": round(sum(scores) / len(scores), 6) if scores else None,
            }
            title = f"{wording.source_title(found[0].source)}, {found[0].classifier}"
            activity = self.activity(
                f"training/{key}", "TrainingRuns", title, details=_known(details)
            )
            self.join("used", activity, f"version/{self.version.number}")


def _known(details: Mapping[str, Value | None]) -> dict[str, Value]:
    return {name: value for name, value in details.items() if value is not None}


def _texts_of_runs(version: DatasetVersion) -> dict[int | None, int]:
    """Number of a generation run → the version's texts it wrote; None: texts without one."""
    grouped = version.rows.order_by().values_list("example__provenance__run")
    counts: dict[int | None, int] = {}
    for run, n in known_of(version, "runs", lambda: list(grouped.annotate(n=Count("pk")))):
        number = run if isinstance(run, int) else None
        counts[number] = counts.get(number, 0) + n
    return counts


def _stamp(moment: Any) -> str:
    return moment.isoformat() if moment is not None else ""
