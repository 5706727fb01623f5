"""Rendering: results and reports, which are plain data, as text for terminals, notebooks and programs."""
