import { layoutGraph } from "./layout";
import type { GraphModel } from "./model";
import type { Direction } from "./walk";

export interface LayoutRequest {
  key: string;
  model: GraphModel;
  direction: Direction;
}

addEventListener("message", ({ data: { key, model, direction } }: MessageEvent<LayoutRequest>) => {
  postMessage({ key, layout: layoutGraph(model, direction) });
});
