"""What goes wrong with bytes."""

from __future__ import annotations


class Undecodable(Exception):
    """These bytes are none that an encoder of the engine wrote. Who knows the file says so."""
