// The page's side of the worker: at most one check is under way, a stale answer is dropped, a dead worker is replaced.

import type { Preset } from "hullmark-wasm";
import type { Checked, Job, Question, Refusal, Reply, Request } from "./protocol.ts";

/** How long a check may take before the worker counts as stuck, in milliseconds. */
const PATIENCE = 10_000;

/** How many deaths in a row, without an answer between them, are put down to the text. */
const DEATHS_FOR_ONE_TEXT = 3;

/** What becomes of the worker, for the page to show. */
export interface CheckerEvents {
  /** The engine is loaded, for the first time or anew. */
  ready(presets: readonly Preset[], version: string): void;
  /** The engine could not be loaded. */
  unloadable(message: string): void;
  /** The worker died and is being started again. */
  restarting(stuck: boolean): void;
  /** The worker died too often on one text; it starts again with the next text. */
  stopped(): void;
  /** The answer for the newest text. */
  checked(checked: Checked): void;
  /** The engine takes no such job. */
  refused(refusal: Refusal): void;
}

/** The worker died before it answered. */
export class NoAnswer extends Error {}

/** The engine named a mistake. */
export class Refused extends Error {
  constructor(readonly refusal: Refusal) {
    super(refusal.message);
  }
}

type Answer = Exclude<Reply, { say: "ready" | "unloadable" | "crashed" }>;

interface Waiting {
  resolve(answer: Answer): void;
  reject(error: Error): void;
  timer: ReturnType<typeof setTimeout> | undefined;
}

export class Checker {
  readonly #events: CheckerEvents;
  readonly #waiting = new Map<number, Waiting>();
  #worker: Worker | undefined;
  #ready = false;
  #deaths = 0;
  #ids = 0;
  #wanted: { readonly job: Job; readonly version: number } | undefined;
  #version = 0;
  #answered = 0;
  #busy = false;

  constructor(events: CheckerEvents) {
    this.#events = events;
    this.#start();
  }

  /** Whether the newest text has its answer. */
  get settled(): boolean {
    return this.#answered === this.#version;
  }

  /** Asks for a check of `job`, which replaces every one asked for before. */
  check(job: Job): void {
    this.#version += 1;
    this.#wanted = { job, version: this.#version };
    if (this.#deaths >= DEATHS_FOR_ONE_TEXT) {
      this.#deaths = 0;
      this.#start();
    }
    void this.#next();
  }

  /** Starts anew after the engine could not be loaded. */
  retry(): void {
    if (this.#worker === undefined) this.#start();
  }

  /**
   * Asks the worker something. Fails with `Refused` when the engine names a mistake, with `NoAnswer` when the worker
   * dies or is not there.
   */
  ask(question: Question, patience?: number): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const worker = this.#worker;
      if (worker === undefined || !this.#ready) {
        reject(new NoAnswer());
        return;
      }
      this.#ids += 1;
      const timer = patience === undefined ? undefined : setTimeout(() => this.#died(worker, true), patience);
      this.#waiting.set(this.#ids, { resolve, reject, timer });
      worker.postMessage({ ...question, id: this.#ids } satisfies Request);
    });
  }

  /** The text of `job` with every safe fix applied. */
  async fixAll(job: Job): Promise<string> {
    const answer = await this.ask({ ask: "fixAll", job }, PATIENCE);
    return answer.say === "fixed" ? answer.text : job.text;
  }

  async #next(): Promise<void> {
    const wanted = this.#wanted;
    if (wanted === undefined || this.#busy || !this.#ready) return;
    this.#wanted = undefined;
    this.#busy = true;
    try {
      const answer = await this.ask({ ask: "check", job: wanted.job }, PATIENCE);
      this.#deaths = 0;
      if (wanted.version === this.#version && answer.say === "checked") {
        this.#answered = wanted.version;
        this.#events.checked(answer.checked);
      }
    } catch (error) {
      if (error instanceof Refused) {
        if (wanted.version === this.#version) {
          this.#answered = wanted.version;
          this.#events.refused(error.refusal);
        }
      } else {
        // The text is checked again as soon as there is a worker, unless a newer one waits.
        this.#wanted ??= wanted;
      }
    } finally {
      this.#busy = false;
    }
    void this.#next();
  }

  #start(): void {
    this.#ready = false;
    const worker = new Worker(new URL("./engine-worker.ts", import.meta.url), { type: "module" });
    this.#worker = worker;
    const lock = `hullmark-worker-${crypto.getRandomValues(new Uint32Array(2)).join("-")}`;
    worker.addEventListener("message", ({ data }: MessageEvent<Reply>) => this.#heard(worker, lock, data));
    worker.addEventListener("error", (event) => {
      event.preventDefault();
      this.#died(worker, false);
    });
    worker.addEventListener("messageerror", () => this.#died(worker, false));
    worker.postMessage({ ask: "begin", lock } satisfies Request);
  }

  #heard(worker: Worker, lock: string, reply: Reply): void {
    if (worker !== this.#worker) return;
    switch (reply.say) {
      case "ready":
        this.#ready = true;
        if ("locks" in navigator) void navigator.locks.request(lock, () => this.#died(worker, false));
        this.#events.ready(reply.presets, reply.version);
        void this.#next();
        break;
      case "unloadable":
        this.#end();
        this.#events.unloadable(reply.message);
        break;
      case "crashed":
        this.#died(worker, false);
        break;
      default: {
        const waiting = this.#waiting.get(reply.id);
        this.#waiting.delete(reply.id);
        clearTimeout(waiting?.timer);
        if (reply.say === "refused") waiting?.reject(new Refused(reply.refusal));
        else waiting?.resolve(reply);
      }
    }
  }

  #died(worker: Worker, stuck: boolean): void {
    if (worker !== this.#worker) return;
    const wasReady = this.#ready;
    this.#end();
    if (!wasReady) {
      this.#events.unloadable("the checker's program could not be started");
      return;
    }
    this.#deaths += 1;
    if (this.#deaths >= DEATHS_FOR_ONE_TEXT) {
      this.#events.stopped();
    } else {
      this.#events.restarting(stuck);
      this.#start();
    }
  }

  #end(): void {
    this.#worker?.terminate();
    this.#worker = undefined;
    this.#ready = false;
    for (const waiting of this.#waiting.values()) {
      clearTimeout(waiting.timer);
      waiting.reject(new NoAnswer());
    }
    this.#waiting.clear();
  }
}
