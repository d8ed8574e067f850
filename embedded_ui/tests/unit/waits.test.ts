import { describe, expect, it } from "vitest";
import { type AWait, waitWords } from "../../src/feature/runs/waits";
import { en } from "../../src/text/en";
import { ko } from "../../src/text/ko";

const GI = 2 ** 30;
const memory: AWait = {
  code: "RESOURCES",
  text: "waits for memory: needs 4Gi, 2Gi of 6Gi free",
  node: "n0",
  display: "big",
  resource: "memory",
  needs: 4 * GI,
  free: 2 * GI,
  total: 6 * GI,
};

describe("why a row waits", () => {
  it("is told with amounts, without the name that the row has already", () => {
    expect(waitWords(en, memory)).toBe("waits for memory: it needs 4 GiB, 2 GiB of 6 GiB is free.");
    expect(waitWords(en, { ...memory, ahead_count: 2 })).toContain("is free. 2 before it.");
    expect(waitWords(ko, memory)).toBe("메모리 대기 중. 4 GiB 필요, 6 GiB 중 2 GiB 사용 가능.");
  });
  it("names the limit, the image, the answer and the execution", () => {
    expect(waitWords(en, { code: "PARALLELISM", text: "", display: "hold", limit: 1 })).toBe(
      "waits: at most 1 run at once in this execution.",
    );
    expect(
      waitWords(en, { code: "IMAGE_MISSING", text: "", reference: "x:v1", command: "docker build -t x:v1 ." }),
    ).toBe("cannot start: there is no image x:v1 in Docker. Build it: docker build -t x:v1 .");
    expect(waitWords(en, { code: "GATE", gate: "approve", text: "" })).toBe("waits for your approval.");
    expect(waitWords(en, { code: "CHILD", execution: "f1", text: "" })).toBe("waits for f1.");
  });
  it("is the server's own text where the catalogue has none", () => {
    expect(waitWords(en, { code: "NEW", text: "waits for something new" })).toBe("waits for something new");
    expect(waitWords(en, { code: "IMAGE_PULL", text: "pulls x:v1", reference: "x:v1", total: null })).toBe(
      "pulls x:v1",
    );
  });
});
