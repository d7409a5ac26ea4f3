"""How a library in Milvus is named: `milvus://host:19530/name`, or `milvus:///path/to/file.db/name` for Milvus Lite."""

import re
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from platformdirs import user_cache_path, user_data_path

from index.errors import LibraryError

SCHEME = "milvus://"
_SERVER = re.compile(r"(?P<host>\[[0-9A-Fa-f:.]+\]|[^/:\s]+)(:(?P<port>\d{1,5}))?/(?P<name>[^/]*)")
_FILE = re.compile(r"(?P<file>/.+\.db)/(?P<name>[^/]*)", re.DOTALL)
# What Milvus takes as a collection's name, with room for what is put after it.
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,99}")
_PORT = "19530"


@dataclass(frozen=True, slots=True)
class MilvusAddress:
    """A library called `name` at `uri`, which is the address of a server or the path of a Milvus Lite file."""

    uri: str
    name: str

    @property
    def is_file(self) -> bool:
        """Whether it is a Milvus Lite file."""
        return "://" not in self.uri

    @property
    def data(self) -> Path:
        """The folder beside which what people add and keep on this machine is kept; it need not be there."""
        return user_data_path("quotedesk") / "milvus" / self._local_name

    @property
    def cache(self) -> Path:
        """The folder of what this machine keeps of the library to index faster; it may be deleted at any time."""
        return user_cache_path("quotedesk") / "milvus" / self._local_name

    def __str__(self) -> str:
        return f"{SCHEME}{self.uri.removeprefix('http://')}/{self.name}"

    @property
    def _local_name(self) -> str:
        return f"{self.name}-{sha256(str(self).encode()).hexdigest()[:8]}"


def milvus_address(where: str) -> MilvusAddress | None:
    """The address that `where` gives; None where it is a folder. Raises `LibraryError` for one that is not whole."""
    if not where.startswith("milvus:"):
        return None
    rest = where.removeprefix(SCHEME)
    found = _FILE.fullmatch(rest) or _SERVER.fullmatch(rest)
    if found is None or not _NAME.fullmatch(found["name"]):
        raise LibraryError(
            f"{where!r} is no address of a library; give milvus://HOST:{_PORT}/NAME or milvus:///PATH/FILE.db/NAME, "
            "where NAME has letters, digits and _"
        )
    if file := found.groupdict().get("file"):
        return MilvusAddress(file, found["name"])
    return MilvusAddress(f"http://{found['host']}:{found['port'] or _PORT}", found["name"])
