"""The settings of an archive: ``searchkit.toml``, and the word lists that it names."""
