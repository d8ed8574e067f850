import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { machineEn } from "../../src/text/machine.en";
import { machineKo } from "../../src/text/machine.ko";

/** The names of everything in a catalogue. */
function names(of: object, prefix = ""): string[] {
  return Object.entries(of).flatMap(([name, value]) =>
    typeof value === "object" ? names(value, `${prefix}${name}.`) : [prefix + name],
  );
}

test("both languages have the same texts", () => {
  const own = (all: string[]) => all.filter((name) => !/^doctor\.(codes|fixes)\./.test(name)).sort();
  expect(own(names(machineKo))).toEqual(own(names(machineEn)));
});

test("a rate is told with its unit", () => {
  expect(machineEn.schedules.rate(1, "HOUR")).toBe("every hour");
  expect(machineEn.schedules.rate(90, "MINUTE")).toBe("every 90 minutes");
  expect(machineKo.schedules.rate(90, "MINUTE")).toBe("90분마다");
});

test("every code of the doctor has a Korean sentence", () => {
  const folder = "../src/doctor";
  const sources = readdirSync(folder).filter((name) => name.endsWith(".cc"));
  const text = sources.map((name) => readFileSync(`${folder}/${name}`, "utf8")).join("\n");
  const codes = new Set([...text.matchAll(/"([a-z]+\.[a-z][a-z.]*)"/g)].map((each) => each[1]));
  for (const id of ["client.", "port.platform", "port.objects", "port.images"]) codes.delete(id);
  expect([...codes].sort()).toEqual(Object.keys(machineKo.doctor.codes).sort());
});

test("every sentence of the doctor is worded in Korean with its values", () => {
  const values = {
    machine: "amd64",
    engine: "arm64",
    product: "Podman",
    variable: "HTTP_PROXY",
    version: "26.1",
    address: "unix:///x",
    others: "3",
    why: "refused",
    other: "unix:///y",
    amount: "5 s",
    free: "3 GiB",
    path: "/home",
    type: "nfs4",
    port: "30080",
    what: "platform",
    holder: "minio (pid 812)",
    most: "1024",
    names: "a:v1",
    image: "busybox:latest",
    doors: "flyte-sandbox-grpc.flyte:8089",
    name: "flytekit",
    least: "1.10",
  };
  for (const [code, word] of Object.entries(machineKo.doctor.codes))
    expect(word(values), code).not.toMatch(/undefined/);
  for (const [code, word] of Object.entries(machineKo.doctor.fixes))
    expect(word(values), code).not.toMatch(/undefined/);
  expect(machineKo.doctor.codes["port.taken.by"]?.(values)).toContain("minio (pid 812)");
});
