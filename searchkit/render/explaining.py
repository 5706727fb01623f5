"""Explanations of a hit in words of a reader, for terminals and notebooks alike."""

from __future__ import annotations

from searchkit.explanation import Explanation, Nearness, Reason
from searchkit.messages import _

_MAX_FORMS = 3


def why(reason: Reason) -> str:
    """Where a post has a word of the query.

    >>> why(Reason("软件", "word", "软件", 1.0, (), in_title=1, in_text=3, forms=(("軟體", 1),)))
    'in the title; 3 times in the text, once as 軟體'
    """
    if reason.how == "missing":
        return _("not in this post")
    places = []
    if reason.in_title:
        times = _times(reason.in_title)
        places.append(_("in the title") if reason.in_title == 1 else _("{times} in the title", times=times))
    if reason.in_text:
        places.append(_("{times} in the text", times=_times(reason.in_text)))
    if places:
        return "; ".join(places) + _forms(reason)
    if reason.how == "pattern":
        return _("a word that reads so") if reason.word.startswith("pinyin:") else _("a word of this form")
    return _("its parts, not in one piece") if reason.word else ""


def how_near(explanation: Explanation) -> str:
    """How near to each other the words stand; empty where there is nothing to say."""
    nearness = explanation.nearness
    if nearness is None:
        return ""
    present = [reason for reason in explanation.reasons if reason.word and reason.how != "missing"]
    subject, distance = _subject(nearness, len(present)), _distance(nearness)
    if nearness.in_title:
        return _("{words} {distance} in the title", words=subject, distance=distance)
    return _("{words} {distance}", words=subject, distance=distance)


def _subject(nearness: Nearness, present: int) -> str:
    *others, last = nearness.words
    if len(nearness.words) < present:
        return _("{words} and {word} stand", words=", ".join(others), word=last)
    return _("the two words stand") if len(others) == 1 else _("the {count} words stand", count=len(nearness.words))


def _distance(nearness: Nearness) -> str:
    if not nearness.between:
        return _("side by side")
    if len(nearness.words) > 2:
        return _("within {count:,} characters", count=nearness.length)
    one = nearness.between == 1
    return _("1 character apart") if one else _("{count:,} characters apart", count=nearness.between)


def _forms(reason: Reason) -> str:
    total = reason.in_title + reason.in_text
    shown = reason.forms[:_MAX_FORMS]
    if len(reason.forms) == 1 and shown[0][1] == total:
        return _(", as {form}", form=shown[0][0]) if total == 1 else _(", always as {form}", form=shown[0][0])
    return "".join(_(", {times} as {form}", times=_times(count), form=form) for form, count in shown)


def _times(count: int) -> str:
    return {1: _("once"), 2: _("twice")}.get(count) or _("{count:,} times", count=count)
