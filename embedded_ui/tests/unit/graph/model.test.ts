import { describe, expect, it } from "vitest";
import { layoutGraph } from "../../../src/feature/graph/layout";
import {
  BOXES_MAX,
  buildModel,
  END,
  forkOf,
  type GraphModel,
  type GraphNode,
  START,
} from "../../../src/feature/graph/model";
import { predecessors, step, stops } from "../../../src/feature/graph/walk";

let order = 0;
const node = (id: string, upstream: string[] = [], more: Partial<GraphNode> = {}): GraphNode => ({
  id,
  parent: "",
  kind: "task",
  name: id,
  like: id,
  upstream,
  order: order++,
  ...more,
});

const lines = ({ lines: all }: GraphModel): string[] => all.map(({ from, to }) => `${from} ${to}`).sort();
const ids = ({ boxes }: GraphModel): string[] => boxes.map(({ id }) => id);
const boxOf = (model: GraphModel, id: string) => model.boxes.find((box) => box.id === id);

const dots = [node("start-node", [], { kind: "start" }), node("end-node", ["c"], { kind: "end" })];

describe("boxes and lines", () => {
  it("leads from the start through a chain to the end", () => {
    const model = buildModel([...dots, node("a", ["start-node"]), node("b", ["a", "start-node"]), node("c", ["b"])]);
    expect(ids(model)).toEqual([START, "a", "b", "c", END]);
    expect(lines(model)).toEqual([`a b`, `b c`, `c ${END}`, `${START} a`].sort());
  });

  it("lifts lines that cross groups to the groups", () => {
    const model = buildModel([
      node("a"),
      node("g", [], { kind: "workflow" }),
      node("inside", ["a"], { parent: "g" }),
      node("after", ["inside"], { parent: "g" }),
      node("c", ["after"]),
    ]);
    expect(lines(model)).toEqual(["a g", "c end", "g c", "inside after", "start a"]);
    expect(boxOf(model, "g")).toMatchObject({ kind: "group", open: true, inside: 2 });
    expect(boxOf(model, "inside")?.parent).toBe("g");
  });

  it("has the condition on the line from where a branch divides", () => {
    const model = buildModel([
      node("a"),
      node("b", ["a"], { kind: "branch" }),
      node("yes", ["a"], { parent: "b", condition: "if a > 10" }),
      node("no", ["a"], { parent: "b", condition: "else" }),
    ]);
    const fork = forkOf("b");
    expect(model.lines.filter(({ from }) => from === fork)).toEqual([
      { id: `${fork}>yes`, from: fork, to: "yes", condition: "if a > 10" },
      { id: `${fork}>no`, from: fork, to: "no", condition: "else" },
    ]);
    expect(lines(model)).toContain("a b");
  });

  it("puts what cleans up beside the way to the end", () => {
    const model = buildModel([node("a"), node("f", [], { aside: true, condition: "on failure" })]);
    expect(lines(model)).toEqual(["a end", "start a", "start f"]);
  });

  it("closes a group by hand", () => {
    const nodes = [node("g", [], { kind: "dynamic" }), node("x", [], { parent: "g" })];
    const model = buildModel(nodes, new Map([["g", false]]));
    expect(ids(model)).toEqual([START, "g", END]);
    expect(boxOf(model, "g")).toMatchObject({ kind: "group", open: false, inside: 1 });
  });

  it("does not fail on nodes of parents that are unknown, and on circles", () => {
    const model = buildModel([node("a", ["b"]), node("b", ["a"], { parent: "gone" })]);
    expect(ids(model)).toEqual([START, "a", "b", END]);
    expect(layoutGraph(model, "right").places.size).toBe(4);
  });
});

describe("stacks", () => {
  const fan = (n: number, like = "t") =>
    Array.from({ length: n }, (_, at) => node(`s${at}`, ["a"], { like, name: "train" }));

  it("stacks twelve of one task with the same neighbours", () => {
    const many = fan(12);
    const model = buildModel([
      node("a"),
      ...many,
      node(
        "z",
        many.map(({ id }) => id),
      ),
    ]);
    expect(boxOf(model, "stack:s0")).toMatchObject({ kind: "stack", name: "train" });
    expect(boxOf(model, "stack:s0")?.nodes).toHaveLength(12);
    expect(lines(model)).toEqual(["a stack:s0", "stack:s0 z", "start a", "z end"]);
  });

  it("does not stack eleven, nor what has other neighbours, nor what has something inside", () => {
    expect(ids(buildModel([node("a"), ...fan(11)]))).toHaveLength(14);
    const twelve = fan(12);
    expect(ids(buildModel([node("a"), ...twelve, node("z", ["s3"])])).some((id) => id.startsWith("stack"))).toBe(false);
    const [first] = twelve;
    const inside = node("x", [], { parent: first?.id ?? "" });
    expect(ids(buildModel([node("a"), ...twelve, inside])).some((id) => id.startsWith("stack"))).toBe(false);
  });
});

describe("at most 150 boxes", () => {
  const group = (id: string, n: number) => [
    node(id, [], { kind: "workflow", like: "" }),
    ...Array.from({ length: n }, (_, at) => node(`${id}.${at}`, at === 0 ? [] : [`${id}.${at - 1}`], { parent: id })),
  ];

  it("closes the largest groups that nobody opened", () => {
    const model = buildModel([
      ...group("small", 30),
      ...group("large", 59),
      ...group("other", 58),
      ...group("mid", 40),
    ]);
    expect(model.boxes.length).toBeLessThanOrEqual(BOXES_MAX);
    expect(boxOf(model, "large")?.open).toBe(false);
    expect(boxOf(model, "small")?.open).toBe(true);
  });

  it("keeps open what was opened by hand", () => {
    const nodes = [...group("small", 50), ...group("large", 59), ...group("other", 58)];
    const model = buildModel(nodes, new Map([["large", true]]));
    expect(model.boxes.length).toBeLessThanOrEqual(BOXES_MAX);
    expect(boxOf(model, "large")?.open).toBe(true);
  });

  it("puts what is too much for the top into one box, with its lines", () => {
    const nodes = Array.from({ length: 1000 }, (_, at) => node(`n${at}`, at === 0 ? [] : [`n${at - 1}`]));
    const model = buildModel(nodes);
    expect(model.boxes.length).toBeLessThanOrEqual(BOXES_MAX);
    const rest = model.boxes.find(({ kind }) => kind === "rest");
    expect(model.boxes.reduce((sum, box) => sum + box.nodes.length, 0)).toBe(1000);
    expect(lines(model)).toContain(`${rest?.id} end`);
  });

  it("opens a group of a thousand with what there is room for", () => {
    const nodes = [...group("g", 1000), ...Array.from({ length: 100 }, (_, at) => node(`n${at}`))];
    const model = buildModel(nodes, new Map([["g", true]]));
    expect(boxOf(model, "g")?.open).toBe(true);
    expect(model.boxes.length).toBeLessThanOrEqual(BOXES_MAX);
    expect(model.boxes.filter(({ kind }) => kind === "rest").length).toBeGreaterThan(0);
  });
});

describe("layout", () => {
  const nodes = [
    node("a"),
    node("g", ["a"], { kind: "branch" }),
    node("x", ["a"], { parent: "g", condition: "if a > 1" }),
    node("y", ["a"], { parent: "g", condition: "else" }),
    node("z", ["g"]),
  ];
  const model = buildModel(nodes);

  it.each(["right", "down"] as const)(
    "to the %s: groups around their content, lines from side to side",
    (direction) => {
      const { places, lines: points, conditions, width, height } = layoutGraph(model, direction);
      const at = (id: string) =>
        places.get(id) ?? { x: Number.NaN, y: Number.NaN, width: Number.NaN, height: Number.NaN };
      for (const id of ["x", "y", forkOf("g")]) {
        expect(at(id).x).toBeGreaterThan(at("g").x);
        expect(at(id).y).toBeGreaterThanOrEqual(at("g").y + 28);
        expect(at(id).x + at(id).width).toBeLessThan(at("g").x + at("g").width);
        expect(at(id).y + at(id).height).toBeLessThan(at("g").y + at("g").height);
      }
      const [along, size] = direction === "right" ? (["x", "width"] as const) : (["y", "height"] as const);
      expect(at("a")[along] + at("a")[size]).toBeLessThan(at("g")[along]);
      expect(at("g")[along] + at("g")[size]).toBeLessThan(at("z")[along]);
      expect(points.get("a>g")?.[0]?.[along]).toBe(at("a")[along] + at("a")[size]);
      expect(points.get("a>g")?.at(-1)?.[along]).toBe(at("g")[along]);
      expect([...conditions.keys()]).toEqual([`${forkOf("g")}>x`, `${forkOf("g")}>y`]);
      for (const place of places.values()) {
        expect(place.x + place.width).toBeLessThanOrEqual(width);
        expect(place.y + place.height).toBeLessThanOrEqual(height);
      }
    },
  );

  it("walks along lines, into groups and out of them", () => {
    const { places } = layoutGraph(model, "right");
    const to = (id: string, key: string) => step(model, places, id, key, "right");
    expect(to("a", "ArrowRight")).toBe("g");
    expect(["x", "y"]).toContain(to("g", "ArrowRight"));
    expect(to("x", "ArrowRight")).toBe("z");
    expect(to("z", "ArrowLeft")).toBe("g");
    const [upper, lower] = (places.get("x")?.y ?? 0) < (places.get("y")?.y ?? 0) ? ["x", "y"] : ["y", "x"];
    expect(to(upper, "ArrowDown")).toBe(lower);
    expect(to(lower, "ArrowUp")).toBe(upper);
    expect(to(upper, "ArrowUp")).toBeNull();
    expect(to("a", "ArrowLeft")).toBeNull();
    expect(to("a", "x")).toBeNull();
    const down = layoutGraph(model, "down");
    expect(step(model, down.places, "a", "ArrowDown", "down")).toBe("g");
  });

  it("names what a box comes after, and the boxes that have the focus in reading order", () => {
    expect(predecessors(model, "z")).toEqual(["g"]);
    expect(predecessors(model, "a")).toEqual([]);
    expect(stops(model)).toEqual(["a", "g", "x", "y", "z"]);
  });
});
