"""Exit codes of every command, and the one place where an error becomes a message."""

from __future__ import annotations

import errno
import io
import os
import sys
from collections.abc import Callable
from enum import IntEnum

from discovery_agent.errors import (
    AccessDenied,
    ConfigurationError,
    DiscoveryError,
    DocumentError,
    ExportError,
    HarnessError,
    IndexUnavailable,
    InvalidRequest,
    ModelError,
    NotFound,
    RecordingMissing,
    SpendLimitReached,
    StaleVersion,
    StorageError,
    TranscriptError,
)


class Exit(IntEnum):
    """What a command's exit code means."""

    OK = 0
    PARTLY = 1
    USAGE = 2
    NOTHING_READ = 3
    CONFIGURATION = 4
    MODEL = 5
    CANNOT_WRITE = 6
    REFUSED = 7
    NOT_MEASURED = 8
    INTERRUPTED = 130


MEANINGS: dict[Exit, str] = {
    Exit.OK: "everything was done",
    Exit.PARTLY: "done, but some file or stretch of a conversation is missing from the result",
    Exit.USAGE: "the command was called wrongly",
    Exit.NOTHING_READ: "nothing could be read: no conversation, no document",
    Exit.CONFIGURATION: "a setting, prompt, page or data table is wrong",
    Exit.MODEL: "the language model gave nothing: refused, unavailable, or the spending cap was reached",
    Exit.CANNOT_WRITE: "the result, an index or the database could not be written",
    Exit.REFUSED: "refused: the key may not do this, something is lacking, or somebody changed it meanwhile",
    Exit.NOT_MEASURED: "an experiment could not be run whole, so it says nothing of its arms",
    Exit.INTERRUPTED: "stopped by Ctrl-C or a request to end (SIGTERM)",
}

EPILOG = "Exit codes: " + "; ".join(f"{code.value} {meaning}" for code, meaning in MEANINGS.items()) + "."

GATE_MEANINGS: dict[int, str] = {
    0: "not worse: a loss of the margin is excluded on every metric that decides",
    1: "regression: a loss is shown",
    2: "harness error: nothing could be measured, such as for want of a recording",
    3: "inconclusive: it says how many more cases would decide",
}
"""Exit codes of `eval gate`, which are its own."""

DOCTOR_EPILOG = "Exit codes: 0 nothing essential is broken; 4 something is, and its line says what to do."

WATCH_EPILOG = (
    "Exit codes: 0 ended by Ctrl-C or a request to end (SIGTERM), or, with --once, everything was read; with --once also "
    + "; ".join(f"{code.value} {MEANINGS[code]}" for code in (Exit.PARTLY, Exit.NOTHING_READ, Exit.MODEL, Exit.INTERRUPTED))
    + "; always "
    + "; ".join(f"{code.value} {MEANINGS[code]}" for code in (Exit.USAGE, Exit.CONFIGURATION, Exit.CANNOT_WRITE))
    + "."
)

GATE_EPILOG = "Exit codes: " + "; ".join(f"{code} {meaning}" for code, meaning in GATE_MEANINGS.items()) + "."


def code_of(error: DiscoveryError) -> Exit:
    """The exit code that an error ends a command with."""
    match error:
        case InvalidRequest():
            return Exit.USAGE
        case ConfigurationError():
            return Exit.CONFIGURATION
        case TranscriptError() | DocumentError():
            return Exit.NOTHING_READ
        case ModelError() | SpendLimitReached():
            return Exit.MODEL
        case ExportError() | IndexUnavailable() | StorageError():
            return Exit.CANNOT_WRITE
        case HarnessError() | RecordingMissing():
            return Exit.NOT_MEASURED
        case AccessDenied() | NotFound() | StaleVersion():
            return Exit.REFUSED
        case _:
            return Exit.PARTLY


def run_guarded(program: Callable[[], None]) -> None:
    """Run a program so that no traceback of an expected error reaches the user."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a console that lacks a letter shows its code
    try:
        try:
            program()
        finally:
            sys.stdout.flush()  # a full disk behind `>` shows here, and not when Python ends
    except DiscoveryError as error:
        where = f"{error.where}: " if error.where else ""
        print(f"Error: {where}{error.what}", file=sys.stderr)
        if remedy := error.remedy or (_FREE_SPACE if _is_full(error.__cause__) else None):
            print(f"What to do: {remedy}", file=sys.stderr)
        sys.exit(code_of(error))
    except KeyboardInterrupt:
        print("\nStopped. What was already written is complete.", file=sys.stderr)
        sys.exit(Exit.INTERRUPTED)
    except BrokenPipeError:
        # The reader of our output (`| head`) has left: nothing is wrong.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(Exit.OK)
    except OSError as error:
        if not _is_full(error):
            raise
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # what is left to write has nowhere to go
        print(f"Error: The output cannot be written: {error.strerror}.\nWhat to do: {_FREE_SPACE}", file=sys.stderr)
        sys.exit(Exit.CANNOT_WRITE)


_FREE_SPACE = "Free space, and run the same command again."


def _is_full(error: BaseException | None) -> bool:
    return isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT)
