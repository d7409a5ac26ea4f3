"""Open zip archives that hold a document, refusing those that expand too far. Knows nothing of what is inside."""

from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from zipfile import BadZipFile, ZipFile

from index.errors import UnreadableFile
from index.reading.limits import Limits

# More parts than any book has; each costs a look.
_MOST_PARTS = 20_000
# What Word writes a file of when it has a password: a compound document with the encrypted archive inside.
_COMPOUND = bytes.fromhex("d0cf11e0a1b11ae1")


@contextmanager
def opened_archive(data: bytes, name: str, limits: Limits) -> Iterator[ZipFile]:
    """The archive, whose parts expand to no more than `limits` allow.

    Raises `UnreadableFile` where it would, and where the data is no archive or a damaged one.
    """
    if data.startswith(_COMPOUND):
        raise UnreadableFile(f"{name}: protected by a password, or an old .doc; save it anew without one as .docx")
    try:
        with ZipFile(BytesIO(data)) as archive:
            # Python reads no more of a part than is announced here, so that an archive cannot lie about it.
            size = sum(part.file_size for part in archive.infolist())
            if size > limits.unpacked_bytes or len(archive.infolist()) > _MOST_PARTS:
                found = f"{len(archive.infolist()):,} parts that expand to {size:,} bytes"
                raise UnreadableFile(
                    f"{name}: {found}, more than {limits.unpacked_bytes:,}; look inside before using it"
                )
            yield archive
    except (BadZipFile, NotImplementedError) as error:
        raise UnreadableFile(f"{name}: damaged ({error}); fetch it again, or save it anew") from error
