"""Files that readers hand in: kept beside the library, indexed in one run, and told about meanwhile."""

import shutil
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from queue import SimpleQueue
from tempfile import TemporaryDirectory

from index.embedder import Embedder
from index.errors import LibraryError
from index.progress import Progress
from index.update import IndexReport, index_paths

Step = tuple[str, int, int | None]

# Steps closer together than this are not read, only counted.
_SECONDS_BETWEEN = 0.15


def uploads_folder(library: Path) -> Path:
    """Where the files added to a library are kept: beside it, so that a library can still be made anew from them."""
    return library.with_name(f"{library.name}.uploads")


def add_files(library: Path, embedder: Embedder, files: Sequence[Path], progress: Progress) -> IndexReport:
    """Keep copies of `files` under their own names and index them in one run; of one name the newer one is kept.

    Raises what `index_paths` does, such as `UnreadableFile` where nothing of them became an article; what was kept
    there before is there again then.
    """
    folder = uploads_folder(library)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with _put(folder, files) as kept:
            return index_paths(library, kept, embedder, progress)
    except OSError as error:
        raise LibraryError(f"cannot keep files in {folder}: {error}; make room there, and add them again") from error


def steps_of(work: Callable[[Progress], IndexReport]) -> Iterator[Step | IndexReport]:
    """The steps of `work` while it runs in a thread, then its report. Raises what `work` does, at the end.

    Whoever stops listening does not stop the work: it is waited for.
    """
    steps: SimpleQueue[Step | None] = SimpleQueue()
    with ThreadPoolExecutor(1) as thread:
        done = thread.submit(work, lambda *step: steps.put(step))
        done.add_done_callback(lambda _: steps.put(None))
        ended = False
        while not ended:
            step, ended = _latest(steps)
            if step is not None:
                yield step
            if not ended:
                time.sleep(_SECONDS_BETWEEN)
        yield done.result()


def _latest(steps: SimpleQueue[Step | None]) -> tuple[Step | None, bool]:
    """The last step told since, waited for if there is none yet, and whether it is the last of all."""
    step = None
    while (told := steps.get()) is not None:
        step = told
        if steps.empty():
            return step, False
    return step, True


@contextmanager
def _put(folder: Path, files: Sequence[Path]) -> Iterator[list[Path]]:
    """Copies of `files` in `folder`; whatever goes wrong inside, the folder is as it was."""
    with TemporaryDirectory(dir=folder, prefix=".before-") as aside:
        kept: dict[Path, Path] = {}
        try:
            for number, file in enumerate(files):
                target = folder / (file.name.lstrip(".") or "article")
                before = kept.setdefault(target, Path(aside) / f"{number}.before")
                if target.exists() and not before.exists():
                    target.replace(before)
                shutil.copyfile(file, target)
            yield list(kept)
        except BaseException:
            for target, before in kept.items():
                target.unlink(missing_ok=True)
                if before.exists():
                    before.replace(target)
            raise
