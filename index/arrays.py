"""Reading NumPy's files from several threads."""

from threading import Lock

# NumPy reads a file's header with Python's own parser, which up to 3.11 fails now and then when two threads parse at
# once: "AST constructor recursion depth mismatch" (CPython's issue 106905).
READING = Lock()
