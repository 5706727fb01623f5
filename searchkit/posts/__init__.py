"""Posts: from a folder of files to documents.

``files`` finds and reads the files, ``documents.read_document`` turns one into a document. This package imports no
module, so that a rebuild without changes, which needs ``files`` only, loads no parser.
"""
