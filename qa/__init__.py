"""A question in, an answer out: retrieving, reading, quoting, comparing, composing."""

from index.types import Filter
from qa.assistant import Assistant
from qa.types import Answer, Citation, Found, Quote, Turn

__all__ = ["Answer", "Assistant", "Citation", "Filter", "Found", "Quote", "Turn"]
