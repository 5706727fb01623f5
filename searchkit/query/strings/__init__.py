"""Query strings: how they are read as trees, and trees written as strings."""
