"""Taking files: dropped on the page or chosen, several at once."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from tempfile import SpooledTemporaryFile
from typing import IO, Any

from nicegui import ui
from nicegui.elements.upload_files import FileUpload
from nicegui.events import UploadEventArguments

from discovery_agent.errors import DiscoveryError
from discovery_agent.transcripts.several import holds_several
from discovery_agent.web.problems import no_room
from discovery_agent.web.ui.controls import local_button
from discovery_agent.web.ui.elements import Piece, div, p, trouble, words_of
from discovery_agent.web.ui.visit import Visit, unforeseen_words, what_and_remedy

_log = logging.getLogger(__name__)

Take = Callable[[str, bytes], Awaitable[None]]
"""Takes one file, by its name and what it holds. What it raises is said beside the field."""
TakeArchive = Callable[[str, IO[bytes]], Awaitable[Sequence[tuple[str, str | None]]]]
"""Takes a zip archive with files in it; what was not taken and what can be done about it, each in words."""

_OVER = "(e) => { e.preventDefault(); e.currentTarget.classList.add('over'); }"
_OUT = "(e) => e.currentTarget.classList.remove('over')"
_REFUSED = "(entries) => emit(entries.map((one) => [one.failedPropValidation, one.file.name]))"


class FileField:
    """A place to drop files on, with a button that chooses them. Refusals stand below it until the next file comes."""

    def __init__(
        self,
        visit: Visit,
        words: str,
        hint: str,
        take: Take,
        *,
        largest: int,
        accept: str,
        take_archive: TakeArchive | None = None,
        largest_archive: int = 0,
    ) -> None:
        self._visit = visit
        self._take = take
        self._take_archive = take_archive
        self._largest = largest
        self._most = max(largest, largest_archive)
        self._waiting = 0
        self._just_refused = False
        uploader = ui.upload(multiple=True, auto_upload=True, max_file_size=self._most, on_upload=self._received).classes("uploader")
        uploader.props["accept"] = accept
        uploader.props["no-thumbnails"] = True
        # The widget is not seen; a field and a button of our own work it.
        widget = f"getElement({uploader.id}).$refs.qRef"
        uploader.on("start", self._sending, args=[])
        uploader.on("finish", js_handler=f"() => setTimeout(() => {widget}?.reset(), 0)")
        uploader.on("rejected", self._refused, js_handler=_REFUSED)
        uploader.on("failed", self._failed, js_handler="(info) => emit(info.files.map((one) => one.name))")
        drop = f"(e) => {{ e.preventDefault(); e.currentTarget.classList.remove('over'); {widget}.addFiles(e.dataTransfer.files); }}"
        with div("drop") as field:
            words_of(words, classes="strong")
            local_button("Choose files", f"{widget}.pickFiles(e)", "main")
            p(hint, "quiet small")
        field.on("dragover", js_handler=_OVER).on("dragleave", js_handler=_OUT).on("drop", js_handler=drop)
        self._state = Piece("p", "", "quiet small", role="status")
        self._troubles = div("stack")

    def _sending(self) -> None:
        # Of several files that were chosen together, those that are refused are told of before the others are sent.
        if not self._just_refused:
            self._troubles.clear()
        self._just_refused = False
        self._state.say("Sending ...")

    async def _received(self, event: UploadEventArguments) -> None:
        name = event.file.name
        self._waiting += 1
        try:
            await self._visit.still()
            await self._visit.pace_of_uploads()
            async with _held(event.file) as file:
                if self._take_archive and await asyncio.to_thread(holds_several, file):
                    for what, remedy in await self._take_archive(name, file):
                        self._complain(what, remedy)
                elif event.file.size() > self._largest:
                    self._complain(f"“{name}” is larger than {_megabytes(self._largest)}.", "Split it, or leave out recordings.")
                else:
                    await self._take(name, await asyncio.to_thread(file.read))
        except DiscoveryError as error:
            what, remedy = what_and_remedy(error)
            self._complain(f"“{name}”: {what}", remedy)
        except Exception as error:
            full = no_room(error) if isinstance(error, OSError) else None
            if full is None:
                _log.exception("A file could not be taken")
            what, remedy = what_and_remedy(full) if full else (unforeseen_words(), None)
            self._complain(f"“{name}”: {what}", remedy)
        finally:
            self._waiting -= 1
            if not self._visit.gone and not self._waiting:
                self._state.say("")

    def _refused(self, event: Any) -> None:
        self._troubles.clear()
        self._just_refused = True
        reasons = {
            "max-file-size": (f"is larger than {_megabytes(self._most)}", "Split it, or leave out recordings."),
            "accept": ("is of a kind that is not read here", "The kinds that are read stand above."),
            "duplicate": ("is being sent already", None),
        }
        for entry in event.args if isinstance(event.args, list) else []:
            reason, name = str(entry[0]), str(entry[1])
            why, remedy = reasons.get(reason, ("was not taken", None))
            self._complain(f"“{name}” {why}.", remedy)

    def _failed(self, event: Any) -> None:
        for name in event.args if isinstance(event.args, list) else []:
            self._complain(f"“{name}” did not arrive.", "Check the connection and the size of the file, and try again.")
        self._state.say("")

    def _complain(self, what: str, remedy: str | None) -> None:
        if not self._visit.gone:
            with self._troubles:
                trouble(what, remedy)


@asynccontextmanager
async def _held(sent: FileUpload) -> AsyncIterator[IO[bytes]]:
    """What was sent as a file: on the disk if it is large, so that an archive takes no memory."""
    with SpooledTemporaryFile(max_size=1_000_000) as held:
        async for piece in sent.iterate():
            await asyncio.to_thread(held.write, piece)
        held.seek(0)
        yield held


def _megabytes(size: int) -> str:
    return f"{size / 1e6:,.0f} MB"
