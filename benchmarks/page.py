"""Measure how long it takes from a key to results on screen, in a real browser.

    python -m benchmarks.page INDEX [--queries 40] [--seed 1]

A server is started on the index, and titles of its posts are typed into the page, a key at a time, with 120 ms between
keys. For each key, the script of the browser notes when it was pressed and when the frame with its results was painted:
the first animation frame after the results have changed, and the task after it.
"""

from __future__ import annotations

import argparse
import random
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from statistics import median, quantiles

from playwright.sync_api import Page, sync_playwright

import searchkit

PAUSE = 120  # ms between two keys, as of somebody who types fast
QUIET = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
)
_HAN = re.compile("[㐀-鿿]{4,8}")

NOTE_TIMES = """() => {
    window.times = [];
    const box = document.querySelector("#q");
    let pressed = 0;
    box.addEventListener("input", () => { pressed = performance.now(); }, true);
    new MutationObserver(() => requestAnimationFrame(() => {
        const channel = new MessageChannel();  // its task runs after the frame has been painted
        channel.port1.onmessage = () => { if (pressed) times.push(performance.now() - pressed); pressed = 0; };
        channel.port2.postMessage(null);
    })).observe(document.querySelector("#answer"), { childList: true });
}"""


def chromium() -> str:
    """The browser of this computer."""
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    return found or sys.exit("chromium is not installed")


@contextmanager
def served(index: str) -> Iterator[str]:
    """The address of ``searchkit serve`` on an index."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = subprocess.Popen([sys.executable, "-m", "searchkit", "serve", "--index", index, "--port", str(port)])
    try:
        for _ in range(200):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.05)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait()


def queries(index: str, count: int, seed: int) -> list[str]:
    """Runs of four to eight Han characters that titles begin with."""
    with searchkit.open(index) as opened:
        titles = [found[0] for document in opened.documents() if (found := _HAN.match(document.title))]
    return random.Random(seed).sample(sorted(set(titles)), count)


def measure(page: Page, query: str) -> list[float]:
    """Milliseconds from each key to its results."""
    page.locator("#q").fill("")
    page.wait_for_timeout(300)
    page.evaluate("times.length = 0")
    page.locator("#q").press_sequentially(query, delay=PAUSE)
    page.wait_for_timeout(300)
    return list(page.evaluate("times"))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("index")
    parser.add_argument("--queries", type=int, default=40)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    typed = queries(arguments.index, arguments.queries, arguments.seed)
    with served(arguments.index) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=QUIET.split())
        page = browser.new_page()
        page.goto(address)
        page.evaluate(NOTE_TIMES)
        measure(page, typed[0])  # the first one reads what is cached afterwards
        times = [time for query in typed for time in measure(page, query)]
        browser.close()
    cuts = quantiles(times, n=20)
    print("| keys | with results of their own | p50 ms | p95 ms | most ms |\n|---|---|---|---|---|")
    keys = sum(map(len, typed))
    print(f"| {keys} | {len(times)} | {median(times):.0f} | {cuts[-1]:.0f} | {max(times):.0f} |")


if __name__ == "__main__":
    main()
