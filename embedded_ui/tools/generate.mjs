// Writes the types of both APIs to generated/: of upstream's from its interface definitions, of ours from the
// description in docs/reference/local-api.yaml. Nothing of them is left in the bundle.
//
//     node tools/generate.mjs        IDL_PROTOS=DIRECTORY with flyteidl/ (else it is fetched to ../build/idl)
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { parse } from "yaml";

const here = path.dirname(import.meta.dirname);
const tree = path.dirname(here);
const out = path.join(here, "generated");
const GOOGLE = "/usr/share/gocode/src/github.com/grpc-ecosystem/grpc-gateway/third_party/googleapis"; // Debian's grpc-gateway

function definitions() {
  const given = process.env.IDL_PROTOS;
  if (given) return given;
  const folder = path.join(tree, "build/idl");
  execFileSync(path.join(tree, "scripts/fetch-idl"), [folder], { stdio: "inherit" });
  return folder;
}

function generateIdl() {
  const protos = definitions();
  const files = ["admin", "core", "event"].flatMap((folder) =>
    readdirSync(path.join(protos, "flyteidl", folder))
      .filter((name) => name.endsWith(".proto"))
      .map((name) => `flyteidl/${folder}/${name}`),
  );
  const plugin = path.join(here, "node_modules/.bin/protoc-gen-es");
  execFileSync(
    "protoc",
    [
      `-I${protos}`,
      `-I${GOOGLE}`,
      `--plugin=protoc-gen-es=${plugin}`,
      `--es_out=${out}`,
      "--es_opt=target=dts,json_types=true",
      ...files,
    ],
    { stdio: ["ignore", "inherit", "pipe"] },
  );
}

/** One schema of the description as a TypeScript type. */
function typeOf(schema, indent) {
  if (!schema) return "unknown";
  const plain = plainTypeOf(schema, indent);
  const whole = schema.extends ? `${schema.extends} & ${plain}` : plain;
  return schema.nullable ? `${whole} | null` : whole;
}

function plainTypeOf(schema, indent) {
  if (schema.$ref) return schema.$ref.replace("#/components/schemas/", "");
  if (schema.allOf) return schema.allOf.map((part) => typeOf(part, indent)).join(" & ");
  if (schema.oneOf) return schema.oneOf.map((part) => typeOf(part, indent)).join(" | ");
  if (schema.enum) return schema.enum.map((value) => JSON.stringify(value)).join(" | ");
  if (schema.type === "string") return "string";
  if (schema.type === "integer" || schema.type === "number") return "number";
  if (schema["x-any"]) return "unknown";
  if (schema.type === "boolean") return "boolean";
  if (schema.type === "array") return `Array<${typeOf(schema.items, indent)}>`;
  if (schema.additionalProperties && !schema.properties) {
    const of = schema.additionalProperties === true ? undefined : schema.additionalProperties;
    return `Record<string, ${typeOf(of, indent)}>`;
  }
  if (!schema.properties) return "Record<string, unknown>";
  const required = new Set(schema.required ?? []);
  const deeper = `${indent}  `;
  const fields = Object.entries(schema.properties).map(
    ([name, of]) => `${deeper}${JSON.stringify(name)}${required.has(name) ? "" : "?"}: ${typeOf(of, deeper)};`,
  );
  return `{\n${fields.join("\n")}\n${indent}}`;
}

function generateLocal() {
  const description = parse(readFileSync(path.join(tree, "docs/reference/local-api.yaml"), "utf8"));
  const types = Object.entries(description.components.schemas).map(
    ([name, schema]) => `export type ${name} = ${typeOf(schema, "")};\n`,
  );
  const answers = Object.entries(description.paths).map(([address, { get }]) => {
    const schema = get?.responses?.["200"]?.content?.["application/json"]?.schema;
    return schema ? `  ${JSON.stringify(address)}: ${typeOf(schema, "  ")};\n` : "";
  });
  const text = `${types.join("\n")}\n/** What a GET of each address answers. */\nexport type Answers = {\n${answers.join("")}};\n`;
  writeFileSync(path.join(out, "local.d.ts"), text);
}

if (existsSync(out)) rmSync(out, { recursive: true });
mkdirSync(out);
generateIdl();
generateLocal();
