"""A Slack export as an admin of a workspace gets it, with what is usual in one: threads, bots, edits, files, direct messages."""

from __future__ import annotations

import io
import json
import zipfile
from typing import Any

USERS = [
    {"id": "U0ANNA", "name": "aberg", "real_name": "Anna Berg", "profile": {"real_name": "Anna Berg", "display_name": "anna"}},
    {"id": "U0BEN", "name": "ben", "profile": {"real_name": "Ben Okafor", "display_name": ""}},
    {"id": "U0CLEO", "name": "cleo", "profile": {"real_name": "Cleo Marsh"}},
]
# 2026-03-04, 09:00 UTC.
START = 1772614800


def message(user: str, minutes: float, text: str, **more: Any) -> dict[str, Any]:
    return {"type": "message", "user": user, "ts": f"{START + minutes * 60:.6f}", "text": text, **more}


ROOT = message("U0ANNA", 0, "How long does a claim take today, <@U0BEN>? See <https://wiki.example.org/c?a=1&amp;b=2|the page>.")
THREAD = ROOT["ts"]
FOURTH = [
    {
        "type": "message",
        "subtype": "channel_join",
        "user": "U0CLEO",
        "ts": f"{START - 60}.000100",
        "text": "<@U0CLEO> has joined the channel",
    },
    ROOT | {"thread_ts": THREAD, "reply_count": 2},
    message("U0CLEO", 5, "Unrelated: the scanner is broken again :tired_face: at 10:30:45."),
    message("U0BEN", 10, "Nine days &amp; more. I'd say &lt;5% are faster.", thread_ts=THREAD, edited={"user": "U0BEN", "ts": "1"}),
    message("U0BOT", 11, "Build 77 passed", subtype="bot_message", bot_id="B1"),
    message("USLACKBOT", 12, "Reminder: stand-up"),
    message("U0BEN", 13, "", files=[{"name": "claims-2025.xlsx", "url_private": "https://files.example.org/secret"}], subtype="file_share"),
    message("U0CLEO", 14, "&gt; Nine days &amp; more.\n*We* must halve that. :+1:"),
]
FIFTH = [
    message("U0ANNA", 24 * 60 + 30, "Then four days is the goal.", thread_ts=THREAD, subtype="thread_broadcast"),
    message("U0CLEO", 24 * 60 + 60, "Who pays for the scanner?"),
]
FILES: dict[str, Any] = {
    "channels.json": [{"id": "C1", "name": "claims", "members": ["U0ANNA", "U0BEN"]}],
    "dms.json": [{"id": "D024", "members": ["U0ANNA", "U0BEN"]}],
    "users.json": USERS,
    "integration_logs.json": [],
    "claims/2026-03-04.json": FOURTH,
    "claims/2026-03-05.json": FIFTH,
    "D024/2026-03-05.json": [message("U0BEN", 24 * 60, "The budget is 40,000 euros.")],
    "empty/2026-03-05.json": [{"type": "message", "subtype": "channel_join", "user": "U0BEN", "ts": f"{START}.000100", "text": "joined"}],
}


def packed(files: dict[str, Any] = FILES, folder: str = "") -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(folder + name, json.dumps(content))
    return target.getvalue()
