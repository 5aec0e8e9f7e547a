import { clock, sayAfter } from "./words";

const LONGEST_S = 180;

/** The kinds of sound that the server keeps, best first, with the ending of the file's name. */
export const KINDS: readonly { mime: string; ending: string }[] = [
  { mime: "audio/webm;codecs=opus", ending: "webm" },
  { mime: "audio/ogg;codecs=opus", ending: "ogg" },
  { mime: "audio/mp4", ending: "m4a" },
];

/** The first kind that this browser records, or null. */
export function kindFor(can: (mime: string) => boolean): { mime: string; ending: string } | null {
  return KINDS.find((k) => can(k.mime)) ?? null;
}

/**
 * `<input type="file" data-voice data-start data-stop data-again data-denied>` gets a button that records into the field, and a player to hear it.
 * Where the browser cannot record (no microphone, no secure connection) the file field stays as it is.
 */
export function voice(input: HTMLInputElement): void {
  const media = navigator.mediaDevices;
  if (!media?.getUserMedia || typeof MediaRecorder === "undefined" || typeof DataTransfer === "undefined") return;
  const kind = kindFor((m) => MediaRecorder.isTypeSupported(m));
  if (!kind) return;
  const words = input.dataset;

  const player = document.createElement("audio");
  player.controls = true;
  player.hidden = true;
  input.insertAdjacentElement("afterend", player);
  const trouble = sayAfter(input, "hint");
  const button = document.createElement("button");
  button.type = "button";
  button.className = "btn wide";
  button.textContent = words.start ?? "";
  input.insertAdjacentElement("beforebegin", button);

  let recorder: MediaRecorder | null = null;
  let heard = "";
  const hear = (blob: Blob | null): void => {
    if (heard) URL.revokeObjectURL(heard);
    heard = blob ? URL.createObjectURL(blob) : "";
    player.hidden = blob === null;
    if (blob) player.src = heard;
    else player.removeAttribute("src");
  };

  const start = async (): Promise<void> => {
    button.disabled = true;
    let stream: MediaStream;
    try {
      stream = await media.getUserMedia({ audio: true });
    } catch {
      trouble.textContent = words.denied ?? "";
      button.disabled = false;
      return;
    }
    trouble.textContent = "";
    hear(null);
    const parts: Blob[] = [];
    const rec = new MediaRecorder(stream, { mimeType: kind.mime, audioBitsPerSecond: 24_000 });
    const since = Date.now();
    const tick = window.setInterval(() => {
      const s = (Date.now() - since) / 1000;
      button.textContent = `${words.stop ?? ""} ${clock(s)}`;
      if (s >= LONGEST_S && rec.state === "recording") rec.stop();
    }, 250);
    rec.ondataavailable = (e) => {
      if (e.data.size > 0) parts.push(e.data);
    };
    rec.onstop = () => {
      window.clearInterval(tick);
      stream.getTracks().forEach((t) => t.stop());
      recorder = null;
      button.classList.remove("rec");
      button.textContent = words.again ?? "";
      const type = kind.mime.replace(/;.*/, "");
      const box = new DataTransfer();
      box.items.add(new File(parts, `voice.${kind.ending}`, { type }));
      input.files = box.files;
      hear(new Blob(parts, { type }));
    };
    recorder = rec;
    rec.start();
    button.classList.add("rec");
    button.textContent = `${words.stop ?? ""} ${clock(0)}`;
    button.disabled = false;
  };

  button.addEventListener("click", () => {
    if (recorder) recorder.stop();
    else void start();
  });
  // A form that is sent while it records would go without the sound: stop first, the person presses once more.
  input.form?.addEventListener("submit", (e) => {
    if (!recorder) return;
    e.preventDefault();
    recorder.stop();
  });
  input.addEventListener("change", () => hear(input.files?.[0] ?? null));
  window.addEventListener("pagehide", () => recorder?.stop());
}
