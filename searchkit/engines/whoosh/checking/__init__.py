"""Is an index what was written, and what its posts say?

``commit`` checks a commit point and all of its files, ``segment`` one segment, ``fields`` the posting lists of a field,
``documents`` what is stored of each document. ``derived`` indexes stored documents again, and compares.
"""
