"""onnxruntime-web, as the practice page has it, in Chromium: runs ONNX models on one thread."""

from __future__ import annotations

import base64
import gzip
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from playwright.sync_api import Browser, Page, Route

from service.api.pages import STATIC
from tests.service.page.page_thread import PageThread

VENDOR = STATIC / "vendor" / "lazy"
SITE = "http://phone.test/"
OPEN = """async (address) => {
  globalThis.ort = await import(`${address}runtime.js`);
  const bytes = async (name) => (await fetch(address + name)).arrayBuffer();
  ort.env.wasm.wasmBinary = await bytes("runtime.wasm");
  ort.env.wasm.numThreads = 1;
  globalThis.session = await ort.InferenceSession.create(await bytes("model.onnx"));
}"""
RUN = """async ([inputs, times]) => {
  const bytes = (text) => Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
  const feeds = {};
  for (const { name, data, shape } of inputs) {
    feeds[name] = new ort.Tensor("float32", new Float32Array(bytes(data).buffer), shape);
  }
  let outputs = null;
  for (let n = 0; n < times; n++) outputs = await session.run(feeds);
  const text = (data) => {
    const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    let result = "";
    for (let n = 0; n < bytes.length; n += 8192) {
      result += String.fromCharCode(...bytes.subarray(n, n + 8192));
    }
    return btoa(result);
  };
  const wire = ([name, one]) => [name, { data: text(one.data), shape: one.dims.map(Number) }];
  return Object.fromEntries(Object.entries(outputs).map(wire));
}"""


class BrowserRuntime:
    """One model, loaded in a page."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def run(self, inputs: Mapping[str, np.ndarray], *, times: int = 1) -> dict[str, np.ndarray]:
        """The outputs by name, after `times` runs. Inputs are float32."""
        sent = [
            {
                "name": name,
                "data": base64.b64encode(one.astype("<f4").tobytes()).decode(),
                "shape": one.shape,
            }
            for name, one in inputs.items()
        ]
        answer = self.page.evaluate(RUN, [json.loads(json.dumps(sent)), times])
        return {name: _array(one) for name, one in answer.items()}

    def cpu_ms(self, inputs: Mapping[str, np.ndarray], *, times: int) -> float:
        """What the page's thread computes in a run, the mean of `times`, in milliseconds."""
        self.run(inputs)
        thread = PageThread(self.page)
        busy = []
        for count in (1, times + 1):
            before = thread.busy_ms()
            self.run(inputs, times=count)
            busy.append(thread.busy_ms() - before)
        return (busy[1] - busy[0]) / times


def _array(wire: Mapping[str, Any]) -> np.ndarray:
    return np.frombuffer(base64.b64decode(wire["data"]), "<f4").reshape(wire["shape"])


@contextmanager
def browser_runtime(browser: Browser, model: Path) -> Iterator[BrowserRuntime]:
    """Opens a model in a page."""
    files = {
        "": ("text/html", b"<!doctype html><title>phone</title>"),
        "runtime.js": ("text/javascript", next(VENDOR.glob("onnxruntime-web-*.js")).read_bytes()),
        "runtime.wasm": ("application/wasm", _wasm()),
        "model.onnx": ("application/octet-stream", model.read_bytes()),
    }

    def answer(route: Route) -> None:
        kind, body = files[route.request.url.removeprefix(SITE)]
        route.fulfill(body=body, content_type=kind)

    page = browser.new_page()
    page.route(f"{SITE}**", answer)
    page.goto(SITE)
    page.evaluate(OPEN, SITE)
    yield BrowserRuntime(page)
    page.close()


def _wasm() -> bytes:
    return gzip.decompress(next(VENDOR.glob("onnxruntime-web-*.wasm.gz")).read_bytes())
