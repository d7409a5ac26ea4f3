"""What can go wrong in quotedesk and how it is told: one base class that every door catches, and no other."""


class QuotedeskError(Exception):
    """An error the user can mend. Its message says what happened, with which value, and what to do next."""


class UnreadableFile(QuotedeskError):
    """A file that cannot become an article: binary, in a broken encoding, empty, or not of a known kind."""


class LibraryError(QuotedeskError):
    """A library folder that is missing, broken, or made with other settings than the ones asked for."""


class ModelError(QuotedeskError):
    """An embedding model that is missing, damaged, or of another shape than the library's."""


class BadQuestion(QuotedeskError):
    """A question or a filter that cannot be searched for."""
