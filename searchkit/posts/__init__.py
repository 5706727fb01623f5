"""Here is a folder: what does each post say?

``files`` finds and reads posts, ``documents.read_document`` makes a document of one. Nothing is imported here, so that
an unchanged rebuild, which only needs ``files``, starts without a parser.
"""
