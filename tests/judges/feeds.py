#!/usr/bin/env python3
"""Reads all feeds, calendars and sitemaps of a dist folder with parsers that are not ours.

usage: feeds.py DIST        (needs `feedparser` and `icalendar` from PyPI)

Prints what it read, and every fault; exits with 1 if there is one, or if the folder holds nothing to read.
"""

import json
import re
import sys
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit
from xml.etree import ElementTree

import feedparser
import icalendar

SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
XHTML = "{http://www.w3.org/1999/xhtml}"
ADDRESS = re.compile(r"""\s(?:href|src|poster)\s*=\s*["']([^"']*)["']""", re.IGNORECASE)
faults = []


def check(true, path, message):
    """Notes a fault unless `true`."""
    if not true:
        faults.append(f"{path}: {message}")


def is_absolute(url):
    """Whether an address has a scheme, and a host where the scheme has one."""
    parts = urlsplit(url)
    return bool(parts.scheme) and (parts.scheme not in ("http", "https") or bool(parts.netloc))


def check_html(path, html):
    """Looks for addresses that lead nowhere outside of the page. A place within an SVG may stay (`#id`)."""
    for url in ADDRESS.findall(html or ""):
        check(not url or url.startswith("#") or is_absolute(url), path, f"relative address `{url}`")


def atom(path):
    feed = feedparser.parse(path.read_bytes())
    check(not feed.bozo, path, f"not well-formed: {feed.get('bozo_exception')}")
    check(feed.version == "atom10", path, f"read as `{feed.version}`")
    for key in ("id", "title", "updated_parsed"):
        check(feed.feed.get(key), path, f"no {key}")
    ids = [entry.get("id") for entry in feed.entries]
    check(len(set(ids)) == len(ids), path, "an id is there twice")
    newest = None
    for entry in feed.entries:
        for key in ("id", "title", "link", "updated_parsed", "published_parsed"):
            check(entry.get(key), path, f"an entry without {key}")
        check(is_absolute(entry.get("link", "")), path, f"relative link `{entry.get('link')}`")
        check(newest is None or entry.published_parsed <= newest, path, "not newest first")
        newest = entry.published_parsed
    # feedparser cleans HTML up; the text as written is what readers get.
    for content in ElementTree.parse(path).iter("{http://www.w3.org/2005/Atom}content"):
        check_html(path, content.text)
    return len(feed.entries)


def json_feed(path):
    feed = json.loads(path.read_text("utf-8"))
    check(feed.get("version") == "https://jsonfeed.org/version/1.1", path, "no version 1.1")
    for key in ("title", "home_page_url", "feed_url"):
        check(isinstance(feed.get(key), str) and feed[key], path, f"no {key}")
    for item in feed["items"]:
        for key in ("id", "url", "content_html"):
            check(isinstance(item.get(key), str), path, f"an item without {key}")
        for key in ("date_published", "date_modified"):
            datetime.fromisoformat(item[key])
        check(is_absolute(item["url"]), path, f"relative url `{item['url']}`")
        check_html(path, item["content_html"])
    return len(feed["items"])


def calendar(path):
    raw = path.read_bytes()
    lines = raw.split(b"\r\n")
    check(b"\n" not in raw.replace(b"\r\n", b""), path, "a line that does not end with CRLF")
    check(all(len(line) <= 75 for line in lines), path, "a line of more than 75 octets")
    for line in lines:
        line.decode("utf-8")
    events = list(icalendar.Calendar.from_ical(raw).walk("VEVENT"))
    for event in events:
        check(not event.errors, path, f"{event.errors}")
        for key in ("UID", "DTSTAMP", "DTSTART", "SUMMARY", "URL"):
            check(event.get(key), path, f"an event without {key}")
        check(is_absolute(str(event.get("URL"))), path, "a relative URL")
    return len(events)


def sitemap(path):
    root = ElementTree.parse(path).getroot()
    locs = [loc.text for loc in root.iter(f"{SITEMAP}loc")]
    check(root.tag in (f"{SITEMAP}urlset", f"{SITEMAP}sitemapindex"), path, f"unknown root `{root.tag}`")
    check(0 < len(locs) <= 50_000, path, f"{len(locs)} addresses")
    check(len(set(locs)) == len(locs), path, "an address is there twice")
    check(all(is_absolute(loc) for loc in locs), path, "a relative address")
    for lastmod in root.iter(f"{SITEMAP}lastmod"):
        datetime.fromisoformat(lastmod.text)
    for url in root.iter(f"{SITEMAP}url"):
        links = [link.get("href") for link in url.iter(f"{XHTML}link")]
        check(not links or url.find(f"{SITEMAP}loc").text in links, path, "language versions without the page itself")
    return len(locs)


JUDGES = {"feed.xml": atom, "feed.json": json_feed, "*.ics": calendar, "sitemap*.xml": sitemap}


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    dist = Path(sys.argv[1])
    read = 0
    for pattern, judge in JUDGES.items():
        paths = sorted(dist.rglob(pattern))
        entries = 0
        for path in paths:
            read += 1
            try:
                entries += judge(path)
            except Exception as error:  # Whatever a parser says is a fault of the file.
                faults.append(f"{path}: {type(error).__name__}: {error}")
        print(f"{pattern}: {len(paths)} files, {entries} entries")
    for fault in faults:
        print(fault, file=sys.stderr)
    if not read:
        sys.exit(f"{dist}: nothing to read")
    sys.exit(1 if faults else 0)


main()
