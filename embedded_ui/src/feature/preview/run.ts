import type { Asked, Shown } from "./shown";
import { PARSE_MS } from "./shown";
import type { Answer } from "./worker";
import workerUrl from "./worker?worker&url";

export class TooSlow extends Error {}

interface ScriptPolicy {
  createScriptURL(url: string): string;
}

/** Workers may be made only of addresses that a policy vouches for: this one knows a single file of ours. */
const policy = (
  globalThis as { trustedTypes?: { createPolicy(name: string, rules: ScriptPolicy): ScriptPolicy } }
).trustedTypes?.createPolicy("sandbox-preview", { createScriptURL: () => workerUrl });

/** Parses an object in a worker of its own, which is stopped after ten seconds, and when `signal` says so. */
export function parseInWorker(asked: Asked, signal: AbortSignal, limit = PARSE_MS): Promise<Shown> {
  const worker = new Worker(policy ? policy.createScriptURL(workerUrl) : workerUrl, { type: "module" });
  return new Promise<Shown>((resolve, reject) => {
    const timer = setTimeout(() => reject(new TooSlow("too slow")), limit);
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      reject(signal.reason);
    });
    worker.onmessage = ({ data }: MessageEvent<Answer>) => {
      clearTimeout(timer);
      if ("shown" in data) resolve(data.shown);
      else reject(new Error(data.problem));
    };
    worker.onerror = (event) => {
      clearTimeout(timer);
      reject(new Error(event.message || "the worker did not start"));
    };
    worker.postMessage(asked);
  }).finally(() => worker.terminate());
}
