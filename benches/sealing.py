#!/usr/bin/env python3
"""What sealing costs: the CPU of a cold build that seals, beside that of one that renders the same text and seals nothing.

    BENCH_DIR=… CORPORA_DIR=… benches/sealing.py [--pages 1000] [--runs 5] [--check]

The site is that of whole.py with its tiers: half of the pages are paid. Search and the model of meaning are off. Each round runs, in turn:

    public only           output and cache deleted; `--public-only`: paid text is rendered for its findings, and dropped
    sealed, blobs cached  output deleted, and of the cache all but the sealed blobs: what a build costs after the theme or the program changed
    sealed, all cold      output and cache deleted

The proof at a build's end (`audit`) is taken off each, by its own account of all threads' time, and told apart: on a machine that does something
else as well that account is too high. Standard library only.
"""

import argparse
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections import namedtuple
from pathlib import Path

from whole import command, generate, kmsite, remove

# Of the CPU of a build that seals nothing; with the blobs cached.
LIMIT = 0.10

Run = namedtuple("Run", "cpu audit")


def timed(build):
    """Runs a build to its end; returns its CPU without the audit's, and that."""
    with tempfile.TemporaryFile() as told, tempfile.TemporaryFile() as messages:
        process = subprocess.Popen([str(part) for part in build], stdout=told, stderr=messages)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode != 0:
            messages.seek(0)
            sys.exit(f"{messages.read()[-2000:].decode(errors='replace')}\nsealing.py: a build ended with {process.returncode}")
        told.seek(0)
        audit = json.load(told)["seconds"]["audit"]
    return Run(usage.ru_utime + usage.ru_stime - audit, audit)


def spell(text, number):
    """A text in an alphabet of its own, links and tags as they are."""

    def other(found):
        sign = found.group()
        if len(sign) > 1:
            return sign
        first, count = ("A", 26) if sign.isupper() else ("a", 26) if sign.isascii() else ("\u4e00", 20_000)
        return chr(ord(first) + (ord(sign) - ord(first) + number) % count)

    return re.sub(r"\]\([^)]*\)|https?://\S+|<[^>]*>|```\w*|&\w+;|[A-Za-z]|[\u4e00-\u9c1f]", other, text)


def tell_apart(site):
    """The generator takes the same texts again and again; a text that is paid on one page and free on another is a leak, and fails the build."""
    for number, path in enumerate(sorted((site / "content").rglob("p*.md"))):
        head, body = path.read_text(encoding="utf-8").split("\n---\n", 1)
        path.write_text(f"{head}\n---\n{spell(body, number)}", encoding="utf-8")


def free_leaks(site, build):
    """Frees the few pages that say the same before their paywall and behind it, which a first build names."""
    told = subprocess.run([str(part) for part in build], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=False).stderr
    found = (json.loads(line) for line in told.decode().splitlines() if line.startswith("{"))
    for file in {diag["file"] for diag in found if diag["severity"] == "error"}:
        path = site / file
        path.write_text(re.sub(r"(?m)^tier: .*$", "tier: free", path.read_text(encoding="utf-8"), count=1), encoding="utf-8")


def keep_blobs(site):
    """Deletes of the cache whatever is not sealed."""
    for pack in (site / ".kmsite/cache").iterdir():
        if pack.suffix == ".pack" and pack.stem != "sealed":
            pack.unlink()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pages", type=int, default=1000)
    parser.add_argument("--runs", type=int, default=5, help="measured rounds, after one that is not counted")
    parser.add_argument("--check", action="store_true", help="fail if the limit is not held")
    options = parser.parse_args()
    options.threads = None
    results = {}
    with tempfile.TemporaryDirectory(prefix="kmsite-sealing-") as folder:
        site, out = Path(folder) / "site", Path(folder) / "out"
        generate("yaml", options.pages, site)
        tell_apart(site)
        (site / "site.yaml").write_text("search: { enabled: false }\nrecommend: { model: none }\ntiers: [{ id: free }, { id: member }, { id: pro }]\n", encoding="utf-8")
        subprocess.run([kmsite(), "--root", site, "keys", "init"], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        build = [part for part in command(options, site, out) if part != "--quiet"] + ["--json"]
        free_leaks(site, build)
        cache = site / ".kmsite/cache"
        cases = {
            "public only": (lambda: remove(out, cache), [*build, "--public-only"]),
            "sealed, all cold": (lambda: remove(out, cache), build),
            "sealed, blobs cached": (lambda: (remove(out), keep_blobs(site)), build),
        }
        for number in range(options.runs + 1):
            for name, (prepare, made) in cases.items():
                prepare()
                run = timed(made)
                if number > 0:
                    results.setdefault(name, []).append(run)
                time.sleep(0.1)
    print(f"\n| {options.pages:,} pages | CPU s | more than public only | audit s |\n|---|--:|--:|--:|")
    base = results["public only"]
    more = {}
    for name, runs in results.items():
        more[name] = statistics.median(run.cpu / alone.cpu - 1 for run, alone in zip(runs, base))
        cpu, audit = (statistics.median(getattr(run, field) for run in runs) for field in Run._fields)
        print(f"| {name} | {cpu:.2f} | {100 * more[name]:+.1f} % | {audit:.2f} |")
    if options.check and more["sealed, blobs cached"] > LIMIT:
        sys.exit(f"over the limit of {100 * LIMIT:.0f} %")


if __name__ == "__main__":
    main()
