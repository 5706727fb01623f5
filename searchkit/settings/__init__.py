"""The settings of an archive: ``searchkit.toml``, and the word lists that it names."""

from searchkit.settings.archive import Settings, find_settings

__all__ = ["Settings", "find_settings"]
