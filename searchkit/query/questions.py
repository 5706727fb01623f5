"""Keywords or a sentence: function words, question words, and what they say of a query."""

from __future__ import annotations

import re

_PARTICLES = """
    的 了 着 地 得 是 在 和 与 及 或 而 且 但 并 也 都 就 还 又 很 吧 呢 啊 呀 嘛 吗 么 被 把 让 给 对 从
    到 向 以 于 为 则
"""
_CHINESE = """
    我 你 您 他 她 它 我们 你们 他们 她们 它们 咱们 这 那 这个 那个 这些 那些 这样 那样 其 该
    此 有 没有 不 没 会 能 要 可以 以及 并且 而且 但是 不过 如果 因为 所以 由于 对于 关于 还是 或者 就是 一个 一种
    请 请问 告诉 告诉我 请教 想 知道 想知道 有没有 是不是 能不能
"""
_ASKING = """
    什么 甚么 怎么 怎样 怎么样 怎么办 如何 为何 为什么 何时 何地 何人 何处 哪 哪个 哪些 哪里 哪儿 哪位 哪一 哪年 谁 几
    多少 多久 多大 是否 吗 呢 干嘛 干什么 能否 可否 何种 什么样 哪种 哪家 哪一年 哪一个 几个 几年 多长 多远 多高 啥 咋
"""
_ENGLISH = """
    the of an and or to in is are was were be been by for on at as with from that this it its do does did can
    could should would will have has had not no if we you he she they my your his her their our me us about into
    than then there here
"""
_ENGLISH_ASKING = "how what why which who whom whose when where"

_QUESTION_WORDS = frozenset(f"{_ASKING} {_ENGLISH_ASKING}".split())
_FUNCTION_WORDS = frozenset(f"{_PARTICLES} {_CHINESE} {_ENGLISH}".split()) | _QUESTION_WORDS
_PARTICLE_SET = frozenset(_PARTICLES.split())

_QUESTION_MARK = re.compile(r'\?["\')\s]*$')

_SHORTEST_QUESTION = 3  # words
_SHORTEST_SENTENCE = 5  # content words, with two function words beside them
_SENTENCE_WITHOUT_FUNCTION_WORDS = 9  # content words: more than people type as keywords


def is_function_word(word: str, typed: str) -> bool:
    """Whether a word only serves grammar. A word typed in capitals is a name: IT, WHO.

    >>> is_function_word("的", "的"), is_function_word("who", "WHO")
    (True, False)
    """
    return word in _FUNCTION_WORDS and not (typed.isupper() and typed.isascii())


def is_particle(word: str) -> bool:
    """Whether a folded character stands between other words and says nothing of either; 我 and 不 do.

    >>> is_particle("的"), is_particle("不")
    (True, False)
    """
    return word in _PARTICLE_SET


def is_question(text: str, words: int, function_words: int, asks: bool) -> bool:
    """Whether a query is a question or a sentence, not keywords: then any of its words is enough.

    Args:
        text: the optional texts of the query, folded.
        words: how many optional words they have.
        function_words: how many of the words only serve grammar.
        asks: whether a question word is among them.
    """
    content = words - function_words
    if asks or _QUESTION_MARK.search(text):
        return words >= _SHORTEST_QUESTION
    return content >= _SENTENCE_WITHOUT_FUNCTION_WORDS or (content >= _SHORTEST_SENTENCE and function_words >= 2)


def asks(word: str) -> bool:
    """Whether a folded word is a question word: what, 怎么."""
    return word in _QUESTION_WORDS
