// The scan dialog: camera where there is one, a picture otherwise, and a plain box for readers
// that type. The decoder (WebAssembly) is fetched when the dialog opens for the first time.
import { once } from "./once.js";

const LOOKS_PER_SECOND = 4;

async function decoder(wasm) {
  const { prepareZXingModule, readBarcodes } = await import("zxing-wasm/reader");
  prepareZXingModule({ overrides: { locateFile: () => wasm } });
  return async (image) => {
    const found = await readBarcodes(image, { formats: ["QRCode", "DataMatrix", "Code128"] });
    return found.find((code) => code.isValid)?.text;
  };
}

class Scanner {
  constructor(dialog) {
    this.dialog = dialog;
    this.video = dialog.querySelector("video");
    this.view = dialog.querySelector("[data-scan-view]");
    this.error = dialog.querySelector("[data-scan-error]");
    this.form = dialog.querySelector("[data-scan-form]");
    dialog.addEventListener("toggle", () => dialog.open && this.start());
    dialog.addEventListener("close", () => this.stop());
    dialog.querySelector("input[type=file]").addEventListener("change", (e) => this.readFile(e.target));
  }

  async start() {
    this.say("");
    this.form.elements.q.focus();
    this.decode ??= decoder(this.dialog.dataset.wasm);
    if (!navigator.mediaDevices?.getUserMedia) return;
    try {
      const wish = { video: { facingMode: "environment", width: { ideal: 1280 } } };
      this.stream = await navigator.mediaDevices.getUserMedia(wish);
    } catch {
      this.say(this.dialog.dataset.blocked);
      return;
    }
    this.view.hidden = false;
    this.video.srcObject = this.stream;
    await this.video.play();
    this.timer = setInterval(() => this.lookOnce(), 1000 / LOOKS_PER_SECOND);
  }

  stop() {
    clearInterval(this.timer);
    this.stream?.getTracks().forEach((track) => track.stop());
    this.view.hidden = true;
  }

  async lookOnce() {
    if (this.busy || !this.video.videoWidth) return;
    this.busy = true;
    const canvas = new OffscreenCanvas(this.video.videoWidth, this.video.videoHeight);
    const pen = canvas.getContext("2d");
    pen.drawImage(this.video, 0, 0);
    const read = await this.decode;
    this.found(await read(pen.getImageData(0, 0, canvas.width, canvas.height)));
    this.busy = false;
  }

  async readFile(input) {
    if (!input.files.length) return;
    const read = await this.decode;
    if (!this.found(await read(input.files[0]))) this.say(this.dialog.dataset.none);
  }

  found(text) {
    if (!text) return false;
    this.stop();
    this.form.elements.q.value = text;
    this.form.requestSubmit();
    return true;
  }

  say(text) {
    this.error.textContent = text;
    this.error.hidden = !text;
  }
}

export function scanner(root) {
  for (const dialog of once("scanner", root, "[data-scanner]")) new Scanner(dialog);
}
