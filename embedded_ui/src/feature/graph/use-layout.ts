import { useEffect, useMemo, useRef, useState } from "react";
import type { Layout } from "./layout";
import type { LayoutRequest } from "./layout.worker";
import workerAddress from "./layout.worker?worker&url";
import type { GraphModel } from "./model";
import type { Direction } from "./walk";

interface Policies {
  createPolicy(
    name: string,
    rules: { createScriptURL: (url: string) => string },
  ): {
    createScriptURL(url: string): string;
  };
}

/** The content security policy wants the address of a worker from a policy: ours lets only this one through. */
function trusted(address: string): string {
  const { trustedTypes } = globalThis as { trustedTypes?: Policies };
  const only = (url: string) => {
    if (url !== address) throw new TypeError(`no worker of ours: ${url}`);
    return url;
  };
  return trustedTypes?.createPolicy("sandbox-graph", { createScriptURL: only }).createScriptURL(address) ?? address;
}

interface Answer {
  key: string;
  layout: Layout;
}

let worker: Worker | undefined;
const waiting = new Map<string, (layout: Layout) => void>();

function ask(request: LayoutRequest, then: (layout: Layout) => void): void {
  if (!worker) {
    worker = new Worker(trusted(workerAddress), { type: "module" });
    worker.onmessage = ({ data: { key, layout } }: MessageEvent<Answer>) => {
      waiting.get(key)?.(layout);
      waiting.delete(key);
    };
  }
  waiting.set(request.key, then);
  worker.postMessage(request);
}

/** What decides where things stand: phases and times do not. */
const shapeOf = ({ boxes, lines }: GraphModel, direction: Direction): string =>
  JSON.stringify([
    direction,
    boxes.map(({ id, kind, parent, open }) => [id, kind, parent, open]),
    lines.map(({ id, condition }) => [id, condition]),
  ]);

export interface Laid {
  /** The model that the layout is of; a newer one with the same shape replaces it at once. */
  model: GraphModel;
  layout: Layout;
  direction: Direction;
  shape: string;
}

/** The layout of a model, made in a worker. While a new one is made the last one stays; null before the first. */
export function useLayout(model: GraphModel, direction: Direction): Laid | null {
  const shape = useMemo(() => shapeOf(model, direction), [model, direction]);
  const [laid, setLaid] = useState<Laid | null>(null);
  const newest = useRef(model);
  newest.current = model;
  useEffect(() => {
    let wanted = true;
    const key = crypto.randomUUID?.() ?? `${performance.now()}`;
    ask({ key, model: newest.current, direction }, (layout) => {
      if (wanted) setLaid({ model: newest.current, layout, direction, shape });
    });
    return () => {
      wanted = false;
    };
  }, [shape, direction]);
  return laid && laid.shape === shape && laid.model !== model ? { ...laid, model } : laid;
}
