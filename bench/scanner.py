"""From a code in view to its verdict on the screen, in a browser as slow as a phone."""

from collections.abc import Iterator
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from playwright.sync_api import Page

from bench.door import chromium, pair, site
from bench.figures import Figure
from tests.browser.camera import write_film
from tests.checkin.door import Door

SLOWER = 4  # times; about a phone of the middle class
GUESTS = 5
SCANS = 8  # the film begins again
TARGET = 300  # milliseconds

# Bright pictures are those with a code: from the first of them until the verdict is drawn.
CLOCK = """
window.waits = [];
document.addEventListener("DOMContentLoaded", () => {
  const video = document.getElementById("video");
  if (!video) return; // the pairing page
  const eye = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  let since = null;
  const look = () => {
    eye.drawImage(video, 0, 0, 8, 6);
    const pixels = eye.getImageData(2, 1, 4, 4).data;
    let light = 0;
    for (let i = 0; i < pixels.length; i += 4) light = Math.max(light, pixels[i]);
    if (light < 135) since = null;
    else since ??= performance.now();
    video.requestVideoFrameCallback(look);
  };
  video.requestVideoFrameCallback(look);
  new MutationObserver(() => {
    const word = document.querySelector(".verdict__word")?.textContent;
    if (word && word !== "Wird geprüft" && since) {
      const from = since;
      requestAnimationFrame(() => setTimeout(() => window.waits.push(performance.now() - from)));
    }
  }).observe(document.getElementById("said"), { childList: true });
});
"""


def measure() -> Iterator[Figure]:
    """The median and the slowest of some guests."""
    waits = sorted(_waits())
    value = f"{median(waits):.0f} ms, slowest {waits[-1]:.0f} ms, CPU slowed {SLOWER} times"
    floor = f"{TARGET} ms wanted"
    yield Figure("code in view to verdict", value, floor, median(waits) / TARGET, most=1)


def _waits() -> list[float]:
    with TemporaryDirectory() as name, site() as address:
        door = Door("tagung")
        scenes = [(f"HTTPS://EVENTS.EXAMPLE/C/{door.guest().ticket}", 1.5) for _ in range(GUESTS)]
        film = [each for scene in scenes for each in (scene, ("", 1.5))]
        with chromium(write_film(Path(name) / "camera.mjpeg", film)) as browser:
            page = browser.new_context(locale="de-DE", permissions=["camera"]).new_page()
            page.add_init_script(CLOCK)
            pair(page, address, door.pair())
            _slow_down(page)
            page.evaluate("window.waits = []")
            waits: list[float] = []
            while len(waits) < SCANS:
                page.wait_for_timeout(1000)
                waits = page.evaluate("window.waits")
            return waits


def _slow_down(page: Page) -> None:
    page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
