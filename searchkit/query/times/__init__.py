"""Times as people write them: dates, periods, durations."""

from searchkit.query.times.dates import first_instant, last_instant
from searchkit.query.times.durations import duration

__all__ = ["duration", "first_instant", "last_instant"]
