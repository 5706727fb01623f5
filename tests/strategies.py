"""Hypothesis strategies of texts with characters that are hard to fold and segment."""

from __future__ import annotations

from hypothesis import strategies as st

TRICKY = (
    "中国國际際台臺灣湾发發髮后後着著乾〇"  # two scripts
    "豈\ufa0e\U0002f800\U00020bb7㈱㍿㎡①"  # compatibility and rare ideographs, squared and circled ones
    "Ａｃ１aBz09ﬁﬀſßẞİŉΐΣςÅⅷↀ½²ǅ"  # full width, ligatures, case that changes length, numbers that are no digits
    "\u0301\u0308\u0323\u0345\u034f\u20e3\u3099\u309a"  # combining marks
    "ｶﾊﾞﾟがか"  # half-width kana and their voice marks
    "각가각ﾡￂ"  # jamo that compose
    "\u200b\u200c\u200d\u2060\ufeff\xad\ufe0f\U000e0100ㅤ"  # invisible
    "👨👩🇭🇰\U0001f3fd"  # emoji that join
    "\ud800\udc00\ufffd"  # unpaired surrogates
    " \t\n\r\v\x00\x1b\x85\xa0\u2028\u3000"  # white space and controls
    "124,,"  # grouped digits
    "馀锺広瞭著⺠𠮷"  # forms of Han characters
    "。，．.'’“”「」\"-－—–·・•_~+#&@%"  # punctuation, joiners, symbols
)


def texts(max_size: int = 30) -> st.SearchStrategy[str]:
    """Any text, with many tricky characters."""
    return st.text(st.one_of(st.sampled_from(TRICKY), st.sampled_from(TRICKY), st.characters()), max_size=max_size)
