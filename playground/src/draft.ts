// The text of this tab, kept over a reload and nowhere else.

import type { Job } from "./protocol.ts";
import { readJob } from "./share.ts";

const KEY = "hullmark-draft";

/** Keeps `job` for this tab. A browser that keeps nothing is no fault: the text is still in the editor. */
export function keepDraft(job: Job): void {
  try {
    sessionStorage.setItem(KEY, JSON.stringify(job));
  } catch {
    // Storage is full or forbidden.
  }
}

/** What this tab had before it was loaded anew. */
export function draft(): Job | undefined {
  try {
    const kept = sessionStorage.getItem(KEY);
    return kept === null ? undefined : readJob(kept);
  } catch {
    return undefined;
  }
}
