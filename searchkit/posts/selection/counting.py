"""The sites of a corpus, and how many posts each keeps in which folder."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from searchkit.posts.selection.sites import HERE, Site
from searchkit.reports import SiteReport


@dataclass(slots=True)
class SiteCount:
    """One site: its posts by the folder that it keeps them in, and those elsewhere."""

    site: Site
    path: str
    folders: dict[str, int]
    elsewhere: int = 0

    def add(self, folder: str | None, posts: int) -> None:
        """Count posts of a folder; None for any other."""
        if folder is None:
            self.elsewhere += posts
        else:
            self.folders[folder] += posts

    def report(self) -> SiteReport:
        """The site as the report names it, with those of its folders that hold posts."""
        first, *others = self.folders.items()
        folders = (first, *(row for row in others if row[1]))
        return SiteReport(self.site.generator.name, self.path, folders, self.elsewhere)


@dataclass(slots=True)
class SiteCounts:
    """All sites of a corpus.

    Attributes:
        by_prefix: for each folder of posts, with a slash at its end, its site and how that calls it; for the folder of
            a configuration, None instead.
    """

    by_prefix: dict[str, tuple[SiteCount, str | None]] = field(default_factory=dict)
    _sites: list[SiteCount] = field(default_factory=list)

    def add(self, site: Site, path: str, prefix: str, folders: Mapping[str, str]) -> SiteCount:
        """Take in a site.

        Args:
            site: the site.
            path: how the report calls its folder.
            prefix: the path of its folder, or of the corpus within it, with a slash; empty for the corpus.
            folders: its folders of posts, each with its path from there.
        """
        count = SiteCount(site, path, dict.fromkeys(folders, 0))
        self._sites.append(count)
        self.by_prefix[prefix] = (count, None)
        for name, folder in folders.items():
            self.by_prefix[prefix if folder == HERE else f"{prefix}{folder}/"] = (count, name)
        return count

    def leave_out(self, path: str) -> None:
        """Count a post no more that was counted."""
        folder = path
        while folder:
            folder = folder.rpartition("/")[0]
            if found := self.by_prefix.get(folder and f"{folder}/"):
                found[0].add(found[1], -1)
                return

    def reports(self) -> tuple[SiteReport, ...]:
        """The sites whose generator is known, by path."""
        reports = (count.report() for count in self._sites if count.site.generator.name)
        return tuple(sorted(reports, key=lambda site: site.path))
