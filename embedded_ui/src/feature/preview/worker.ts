import { readBytes } from "../../api/object-bytes";
import { parse } from "./parse";
import type { Asked, Shown } from "./shown";

export type Answer = { shown: Shown } | { problem: string };

const answer = (message: Answer): void => (self as unknown as { postMessage(data: Answer): void }).postMessage(message);

self.onmessage = async ({ data: { uri, type, size } }: MessageEvent<Asked>) => {
  try {
    answer({ shown: await parse(type, size, (begin, end) => readBytes(uri, begin, end)) });
  } catch (error) {
    answer({ problem: error instanceof Error ? error.message : String(error) });
  }
};
