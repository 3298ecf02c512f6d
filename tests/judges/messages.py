"""Reads the messages of a folder with Python's own parser, and compares what it finds with the other files of each mail.

    python tests/judges/messages.py FOLDER      FOLDER has the mails, as `kmsite mail … --out FOLDER` writes them

Subject and preheader must be those of the list of mails, the parts those of the HTML and the plain text, and no line longer than RFC 5322 allows.
"""

import csv
import email
import email.policy
import html
import re
import sys
from pathlib import Path

TAGS = re.compile(r"\{\{(?:unsubscribe_url|view_url)\}\}")


def matches(template: str, text: str) -> bool:
    """Whether a text is what a file says, with addresses in the place of its tags."""
    plain = [re.escape(part) for part in TAGS.split(html.unescape(template).replace("\u2060", "").strip())]
    return re.fullmatch("[^\\s\"]+".join(plain), html.unescape(text).replace("\r\n", "\n").strip()) is not None


def main(folder: Path) -> int:
    rows = list(csv.DictReader((folder / "schedule.csv").open(encoding="utf-8", newline="")))
    assert rows, "the list of mails is empty"
    for row in rows:
        name = row["eml"]
        raw = (folder / name).read_bytes()
        assert max(map(len, raw.split(b"\r\n"))) <= 998, f"{name}: a line is too long"
        message = email.message_from_bytes(raw, policy=email.policy.default)
        assert not message.defects, f"{name}: {message.defects}"
        assert message["subject"] == row["subject"], f"{name}: {message['subject']!r} is not {row['subject']!r}"
        assert message["list-unsubscribe"] and message["date"].datetime and message["message-id"], f"{name}: a header lacks"
        assert message.get_content_type() == "multipart/alternative", name
        kinds = [(part.get_content_type(), part.get_content_charset()) for part in message.iter_parts()]
        assert kinds == [("text/plain", "utf-8"), ("text/html", "utf-8")], f"{name}: {kinds}"
        plain, rich = (part.get_content() for part in message.iter_parts())
        for part, key in ((plain, "text"), (rich, "html")):
            assert matches((folder / row[key]).read_text(encoding="utf-8"), part), f"{name}: its {key} part is another one"
        assert row["preheader"] in html.unescape(rich), f"{name}: the preheader is not there"
    print(f"{len(rows)} messages are what their files say")
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
