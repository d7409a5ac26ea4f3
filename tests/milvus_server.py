"""A real Milvus server for tests, on a port of its own: the one that the wheel `milvus` carries."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return int(listening.getsockname()[1])


@contextmanager
def served_milvus(wheel: ModuleType, folder: Path) -> Iterator[str]:
    """The address "127.0.0.1:PORT" of a server that keeps its data in `folder`; it is stopped in the end."""
    server: Any = wheel.MilvusServer(data_dir=str(folder), proxy_port=free_port())
    server.start()
    try:
        yield f"127.0.0.1:{server.listen_port}"
    finally:
        server.stop()
