"""The interface of one installation: `Concord(url, token).project("jokes").add_examples([...])`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

# relative: the folder is copied to wherever it is needed
from .project import Project
from .sending import ConcordError, Json, Sender, quoted


class Concord(Sender):
    """The interface of one installation, with one token."""

    def me(self) -> Json:
        """Whose token it is, and what it may do."""
        return self.get("/me")

    def projects(self) -> Iterator[Json]:
        return self.pages("/projects")

    def project(self, slug: str) -> Project:
        """A handle on one project; nothing is asked yet."""
        return Project(self, slug)

    def create_project(self, slug: str, labels: Iterable[str | Json] = (), **more: Any) -> Project:
        """Labels by name, or each as {"name", "title", "description"}; or `preset="…"`."""
        named = [{"name": one} if isinstance(one, str) else one for one in labels]
        self.post("/projects", {"slug": slug, "labels": named, **more})
        return Project(self, slug)

    def studies(self) -> Iterator[Json]:
        return self.pages("/studies")

    def create_study(self, plan: Mapping[str, Any], slug: str = "") -> Json:
        return self.post("/studies", {"plan": dict(plan), "slug": slug})

    def run_study(self, slug: str, *, parallel: int | None = None) -> Json:  # the job
        return self.post(f"/studies/{quoted(slug)}/run", {"parallel": parallel})

    def stop_study(self, slug: str) -> Json:
        """What is finished is kept."""
        return self.post(f"/studies/{quoted(slug)}/stop")

    def study_file(self, slug: str, name: str, to: str | Path) -> Path:
        """A file of its report, such as report.md, written to `to`."""
        return self.download(f"/studies/{quoted(slug)}/files/{quoted(name)}", to)

    def wait(self, job: Json, *, seconds: float | None = None) -> Json:
        """The job when it has ended; ConcordError where it did not end well.

        Args:
            seconds: to wait at most; None: as long as it takes.
        """
        waited, pause = 0.0, 0.2
        while job["state"] in ("ready", "running"):
            if seconds is not None and waited >= seconds:
                raise TimeoutError(f"Job {job['id']} is {job['state']} after {waited:.0f} seconds.")
            self._sleep(pause)
            waited, pause = waited + pause, min(5.0, pause * 1.5)
            job = self._json("GET", self._below(job["href"]))
        if job["state"] != "successful":
            raise ConcordError(0, f"job-{job['state']}", job["error"] or job["state"])
        return job
