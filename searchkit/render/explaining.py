"""Explanations of a hit in words of a reader, for terminals and notebooks alike."""

from __future__ import annotations

from searchkit.explanation import Explanation, Nearness, Reason

_MAX_FORMS = 3


def why(reason: Reason) -> str:
    """Where a post has a word of the query.

    >>> why(Reason("软件", "word", "软件", 1.0, (), in_title=1, in_text=3, forms=(("軟體", 1),)))
    'in the title; 3 times in the text, once as 軟體'
    """
    if reason.how == "missing":
        return "not in this post"
    places = []
    if reason.in_title:
        places.append("in the title" if reason.in_title == 1 else f"{_times(reason.in_title)} in the title")
    if reason.in_text:
        places.append(f"{_times(reason.in_text)} in the text")
    if places:
        return "; ".join(places) + _forms(reason)
    if reason.how == "pattern":
        return "a word that reads so" if reason.word.startswith("pinyin:") else "a word of this form"
    return "its parts, not in one piece" if reason.word else ""


def how_near(explanation: Explanation) -> str:
    """How near to each other the words stand; empty where there is nothing to say."""
    nearness = explanation.nearness
    if nearness is None:
        return ""
    present = [reason for reason in explanation.reasons if reason.word and reason.how != "missing"]
    return f"{_subject(nearness, len(present))} {_distance(nearness)}" + (" in the title" if nearness.in_title else "")


def _subject(nearness: Nearness, present: int) -> str:
    count = len(nearness.words)
    if count < present:
        return f"{', '.join(nearness.words[:-1])} and {nearness.words[-1]} stand"
    return "the two words stand" if count == 2 else f"the {count} words stand"


def _distance(nearness: Nearness) -> str:
    if not nearness.between:
        return "side by side"
    if len(nearness.words) == 2:
        return f"{nearness.between:,} character{'' if nearness.between == 1 else 's'} apart"
    return f"within {nearness.length:,} characters"


def _forms(reason: Reason) -> str:
    total = reason.in_title + reason.in_text
    shown = reason.forms[:_MAX_FORMS]
    if len(reason.forms) == 1 and shown[0][1] == total:
        return f", as {shown[0][0]}" if total == 1 else f", always as {shown[0][0]}"
    return "".join(f", {_times(count)} as {form}" for form, count in shown)


def _times(count: int) -> str:
    return {1: "once", 2: "twice"}.get(count, f"{count:,} times")
