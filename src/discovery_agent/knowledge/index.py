"""An index of passages in a folder: vectors, keywords and the passages themselves, built from pages.

The index is a row of whole generations; a pointer names the one in use. A change builds the next generation beside it
and then moves the pointer in one step, so a reader, a crash or a full disk meets the old one or the new one, never a mixture.
What did not change is taken over, recognised by the hash of its page. One process builds at a time, under a lock of
the operating system that dies with its holder; any number read.

    <folder>/current                    name of the generation in use
    <folder>/gen-<id>/manifest.json     what it was made from
    <folder>/gen-<id>/passages.sqlite, chroma/, keywords/
    <folder>/pending.sqlite             vectors of an unfinished build, so that none is computed or paid for twice
"""

from __future__ import annotations

import shutil
import sqlite3
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Lock

from filelock import FileLock, Timeout

from discovery_agent.errors import IndexUnavailable
from discovery_agent.files.private import FILE_MODE, private_folder
from discovery_agent.files.writing import replace_text
from discovery_agent.knowledge.building import Build, CannotAdd, IndexChange, Known, Progress, unknown
from discovery_agent.knowledge.cutting import CUT_VERSION, Cutter
from discovery_agent.knowledge.embedding_models import EmbeddingModel
from discovery_agent.knowledge.generation import DAMAGE, FORMAT, Generation, Manifest
from discovery_agent.knowledge.pages import Page

__all__ = ["IndexChange", "PassageIndex", "Progress"]

_WAIT_SECONDS = 1800.0
_LOCK = ".lock"


def _silent(_what: str, _done: int, _total: int) -> None:
    """Progress that nobody watches."""


class PassageIndex:
    """The index in a folder. May be shared between threads and processes."""

    def __init__(self, folder: Path, model: EmbeddingModel, cutter: Cutter, known: Known = unknown) -> None:
        self.folder = folder
        self._model = model
        self._cutter = cutter
        self._known = known
        self._opened: Generation | None = None
        self._opening = Lock()

    def update(self, pages: Sequence[Page], progress: Progress = _silent, *, fresh: bool = False) -> IndexChange:
        """Bring the index in line with these pages. Where nothing changed, nothing is touched; `fresh` makes all anew.

        Raises:
            IndexUnavailable: the folder cannot be written, or another process builds for too long. The index is as it was.
            ModelError: the embedding model failed. The index is as it was, and finished vectors are kept for the next try.
        """
        wanted = {page.id: page for page in pages}
        if not fresh and self._is_current(wanted):
            return self._unchanged()
        with self._locked(progress):
            if not fresh and self._is_current(wanted):  # another process was faster
                return self._unchanged()
            return self._build(wanted, progress, fresh=fresh)

    def unchanged(self, pages: Sequence[Page]) -> IndexChange | None:
        """What the index holds, if it is in line with these pages; None where `update` has something to do."""
        return self._unchanged() if self._is_current({page.id: page for page in pages}) else None

    def behind(self) -> bool:
        """Nobody can tell without reading the pages."""
        return False

    def holds_others(self, pages: Sequence[Page]) -> bool:
        """Whether the index holds a page that is not among these."""
        manifest = self._manifest()
        return manifest is not None and not set(manifest.pages) <= {page.id for page in pages}

    def among(self, pages: Sequence[Page]) -> list[Page]:
        """Those of the pages that the index holds as they are."""
        manifest = self._manifest()
        return [page for page in pages if manifest is not None and manifest.pages.get(page.id) == page.hash]

    def delete(self) -> None:
        """Remove the index with everything in it.

        Raises:
            IndexUnavailable: a file cannot be removed.
        """
        self._let_go()
        if not self.folder.exists():
            return
        with self._locked(_silent):
            try:
                for inside in self.folder.iterdir():
                    if inside.name != _LOCK:
                        shutil.rmtree(inside) if inside.is_dir() else inside.unlink()
            except OSError as error:
                raise self._unwritable(error) from error

    @contextmanager
    def reading(self) -> Iterator[Generation]:
        """The generation in use, held open for as long as the block runs.

        Raises:
            IndexUnavailable: there is no index yet, or it is damaged; `update` makes one.
        """
        generation = self._acquire()
        try:
            yield generation
        except DAMAGE as error:
            raise IndexUnavailable(f"The knowledge index is damaged: {error}.", where=str(generation.folder)) from error
        finally:
            with self._opening:
                generation.readers -= 1
                if generation.replaced and generation.readers == 0:
                    generation.close()

    def damaged(self) -> bool:
        """Whether there is an index that cannot be opened."""
        name = self._current()
        if name is None:
            return False
        try:
            with self.reading():
                return False
        except IndexUnavailable:
            return True

    def usable(self) -> bool:
        """Whether there is a whole index of this embedding model, be it out of date."""
        manifest = self._manifest()
        return manifest is not None and self._fits(manifest) is None and not self.damaged()

    def close(self) -> None:
        """Let go of the files."""
        self._let_go()

    def _acquire(self) -> Generation:
        with self._opening:
            name = self._current()
            if name is None:
                raise IndexUnavailable("There is no knowledge index yet.", where=str(self.folder))
            if self._opened is None or self._opened.folder.name != name:
                fresh = self._open_current()
                self._replace(fresh)
            assert self._opened is not None
            self._opened.readers += 1
            return self._opened

    def _open_current(self) -> Generation:
        """Open what the pointer names; read the pointer again where the generation went away in between."""
        for attempt in (1, 2, 3):
            name = self._current()
            if name is None:
                break
            try:
                return Generation.open(self.folder / name)
            except DAMAGE as error:
                if attempt == 3 or name == self._current():
                    raise IndexUnavailable(f"The knowledge index is damaged: {error}.", where=str(self.folder)) from error
        raise IndexUnavailable("There is no knowledge index yet.", where=str(self.folder))

    def _replace(self, fresh: Generation | None) -> None:
        old, self._opened = self._opened, fresh
        if old is not None:
            old.replaced = True
            if old.readers == 0:
                old.close()

    def _let_go(self) -> None:
        with self._opening:
            self._replace(None)

    def _current(self) -> str | None:
        try:
            return (self.folder / "current").read_text(encoding="ascii").strip() or None
        except (OSError, ValueError):
            return None

    def _manifest(self) -> Manifest | None:
        name = self._current()
        if name is None:
            return None
        try:
            return Manifest.model_validate_json((self.folder / name / "manifest.json").read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return None

    def _unchanged(self) -> IndexChange:
        manifest = self._manifest()
        return IndexChange(pages=len(manifest.pages), passages=manifest.passages) if manifest else IndexChange()

    def _is_current(self, wanted: Mapping[str, Page]) -> bool:
        manifest = self._manifest()
        return (
            manifest is not None
            and self._fits(manifest) is None
            and manifest.pages == {page.id: page.hash for page in wanted.values()}
            and not self.damaged()
        )

    def _fits(self, manifest: Manifest) -> str | None:
        """Why nothing of an index can be taken over; None if it can."""
        if manifest.format != FORMAT or manifest.cut != CUT_VERSION:
            return "it was made by another version"
        if manifest.embedding_model != self._model.name:
            return f"the embedding model changed from {manifest.embedding_model} to {self._model.name}"
        return None

    @contextmanager
    def _locked(self, progress: Progress) -> Iterator[None]:
        try:
            private_folder(self.folder)
            lock = FileLock(self.folder / _LOCK, mode=FILE_MODE)
            try:
                lock.acquire(timeout=0.5)
            except Timeout:
                progress("Waiting for another process that builds this index", 0, 0)
                lock.acquire(timeout=_WAIT_SECONDS)
        except Timeout as error:
            raise IndexUnavailable(
                "Another process has been building this index for half an hour.", where=str(self.folder), remedy="Try again later."
            ) from error
        except OSError as error:
            raise self._unwritable(error) from error
        try:
            yield
        finally:
            lock.release()

    def _unwritable(self, error: Exception) -> IndexUnavailable:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        return IndexUnavailable(
            f"The knowledge index cannot be written: {reason}.",
            where=str(self.folder),
            remedy="Make room, or set DISCOVERY_CACHE_DIR and DISCOVERY_DATA_DIR to folders that can be written.",
        )

    def _build(self, wanted: Mapping[str, Page], progress: Progress, *, fresh: bool) -> IndexChange:
        from chromadb.errors import ChromaError

        self._sweep(keep=self._current())
        old, reason = (None, "asked for") if fresh else self._old()
        folder = self.folder / f"gen-{uuid.uuid4().hex[:12]}"
        try:
            private_folder(folder)
            change = Build(folder, self._model, self._cutter, self._known, self.folder / "pending.sqlite").run(wanted, old, progress)
            replace_text(self.folder / "current", folder.name)
        except (OSError, sqlite3.Error, ChromaError, CannotAdd) as error:
            shutil.rmtree(folder, ignore_errors=True)
            raise self._unwritable(error) from error
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise
        finally:
            if old is not None:
                old.close()
        self._let_go()
        # What was removed must not stay on disk in an older generation. Readers in other processes hold their files open
        # and find the new pointer at their next search.
        self._sweep(keep=folder.name)
        with suppress(OSError):
            (self.folder / "pending.sqlite").unlink(missing_ok=True)
        return change.model_copy(update={"built": True, "reason": reason})

    def _old(self) -> tuple[Generation | None, str | None]:
        """The generation in use, if something can be taken over from it, or why not."""
        manifest, name = self._manifest(), self._current()
        if name is None:
            return None, None
        reason = "it was damaged" if manifest is None else self._fits(manifest)
        if reason is None:
            try:
                return Generation.open(self.folder / name), None
            except DAMAGE:
                reason = "it was damaged"
        return None, reason

    def _sweep(self, keep: str | None) -> None:
        """Remove every generation but one; also those that a killed process left half-made."""
        for folder in self.folder.glob("gen-*"):
            if folder.name != keep:
                shutil.rmtree(folder, ignore_errors=True)
