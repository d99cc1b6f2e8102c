"""Texts that try to break out of a report, for every field that a file, a person or a model fills."""

from __future__ import annotations

HOSTILE_TEXTS = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    "[click](javascript:alert(1))",
    "javascript:alert(1)",
    "![pixel](https://evil.example/p.png) https://evil.example www.evil.example",
    "</style></script></title></textarea><svg onload=alert(1)>",
    "{{7*7}} {% raw %} ${7*7} #{7*7}",
    "zero\u200bwidth \u202etxt.exe\u202c \ufeff\u2066hidden\u2069 \U000e0041 \u0007",
    "# heading\n\n> quote\n- item\n1. one\n---\n```\ncode\n```",
    "| a | b |\n|---|---|\n<details open ontoggle=alert(1)>",
    "unbroken" * 60,
    "<!-- --> &lt;b&gt; &#60;script&#62; ]]>",
)
