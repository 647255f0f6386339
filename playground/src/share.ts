// A text as the fragment of a link: never sent to a server, since browsers keep fragments to themselves.
//
// `#1.` and the base64url of the raw deflate of JSON `{text, kind, preset}`.

import { type Job, KINDS } from "./protocol.ts";

/** The most bytes that a link may unfold to: a few of deflate can stand for gigabytes. */
const MOST_BYTES = 1 << 20;

/** The most characters of a fragment that are looked at; browsers cut links far below. */
const MOST_CHARACTERS = 1 << 21;

const PREFIX = "#1.";

/** A link that cannot be made or read; the message says why. */
export class BadLink extends Error {}

/** The fragment that stands for `job`, with its `#`. */
export async function fragmentOf(job: Job): Promise<string> {
  const json = new TextEncoder().encode(JSON.stringify({ text: job.text, kind: job.kind, preset: job.preset }));
  if (json.length > MOST_BYTES) throw new BadLink("the text is too long for a link (more than 1 MB)");
  const stream = new Blob([json]).stream().pipeThrough(new CompressionStream("deflate-raw"));
  const packed = new Uint8Array(await new Response(stream).arrayBuffer());
  let binary = "";
  for (const byte of packed) binary += String.fromCharCode(byte);
  return PREFIX + btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/** What a fragment stands for; nothing when it is none of ours. */
export async function jobOf(fragment: string): Promise<Job | undefined> {
  if (fragment === "" || fragment === "#") return undefined;
  if (!fragment.startsWith(PREFIX)) throw new BadLink("it was not made by this page, or by a newer one");
  if (fragment.length > MOST_CHARACTERS) throw new BadLink("it is too long");
  return readJob(await inflated(bytesOf(fragment.slice(PREFIX.length))));
}

function bytesOf(base64url: string): Uint8Array<ArrayBuffer> {
  try {
    const binary = atob(base64url.replaceAll("-", "+").replaceAll("_", "/"));
    return Uint8Array.from(binary, (character) => character.charCodeAt(0));
  } catch {
    throw new BadLink("it is damaged or was cut off");
  }
}

async function inflated(packed: Uint8Array<ArrayBuffer>): Promise<string> {
  const reader = new Blob([packed]).stream().pipeThrough(new DecompressionStream("deflate-raw")).getReader();
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  let bytes = 0;
  let text = "";
  try {
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      bytes += part.value.length;
      if (bytes > MOST_BYTES) throw new BadLink("it holds more than 1 MB");
      text += decoder.decode(part.value, { stream: true });
    }
    return text + decoder.decode();
  } catch (error) {
    reader.cancel().catch(() => undefined);
    throw error instanceof BadLink ? error : new BadLink("it is damaged or was cut off");
  }
}

/** A job from JSON that anybody may have written. */
export function readJob(json: string): Job {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    throw new BadLink("it is damaged or was cut off");
  }
  const { text, kind: word, preset } = (typeof value === "object" && value !== null ? value : {}) as Record<string, unknown>;
  const kind = KINDS.find((one) => one === word);
  if (typeof text !== "string" || kind === undefined || typeof preset !== "string" || preset.length > 100) {
    throw new BadLink("it does not hold what such a link holds");
  }
  return { text, kind, preset };
}
