import { expect, test } from "vitest";
import { pythonOf, pythonText, pythonType } from "../../src/feature/literal/python";
import { addressOf, objectOf, pythonOfRun } from "../../src/pages/execution/values/address";
import { attributeText } from "../../src/pages/execution/values/Origin";
import { crumbsOf, folderOf, isProtected, nameOf } from "../../src/pages/objects/place";

const run = { project: "p", domain: "d", name: "e" };
const file = { scalar: { blob: { uri: "s3://b/k", metadata: { type: { dimensionality: "SINGLE" } } } } } as const;

test("a literal is read as the type that flytekit makes of it", () => {
  const text = (literal: Parameters<typeof pythonType>[0]) => pythonType(literal)?.text ?? null;
  expect(text({ scalar: { primitive: { integer: "9007199254740993" } } })).toBe("int");
  expect(text({ scalar: { primitive: { floatValue: "NaN" } } })).toBe("float");
  expect(text({ scalar: { primitive: { duration: "1s" } } })).toBe("datetime.timedelta");
  expect(text({ scalar: { noneType: {} } })).toBe("type(None)");
  expect(text({ scalar: { union: { value: { scalar: { primitive: { boolean: true } } } } } })).toBe(
    "typing.Optional[bool]",
  );
  expect(text({ scalar: { union: { value: { scalar: { noneType: {} } } } } })).toBe("typing.Optional[int]");
  expect(text({ collection: { literals: [{ scalar: { primitive: { stringValue: "x" } } }] } })).toBe(
    "typing.List[str]",
  );
  expect(text({ map: { literals: { a: file } } })).toBe("typing.Dict[str, FlyteFile]");
  expect(text({ scalar: { blob: { metadata: { type: { dimensionality: "MULTIPART" } } } } })).toBe("FlyteDirectory");
  expect(text({ scalar: { structuredDataset: {} } })).toBe("pd.DataFrame");
  expect(text({ scalar: { binary: { tag: "msgpack" } } })).toBe("dict");
  expect(text({ scalar: { binary: { tag: "other" } } })).toBeNull();
  const large = (inferredType: object) => text({ offloadedMetadata: { uri: "s3://b/k", inferredType } });
  expect(large({ collectionType: { simple: "STRING" } })).toBe("typing.List[str]");
  expect(large({ mapValueType: { collectionType: { simple: "DATETIME" } } })).toBe(
    "typing.Dict[str, typing.List[datetime.datetime]]",
  );
  expect(large({ collectionType: { blob: {} } })).toBeNull();
});

test("the Python names the value's place, and escapes what a name holds", () => {
  const address = addressOf({ run, node: "n0", side: "outputs" }, "o0");
  expect(address).toBe("flyte://v1/p/d/e/n0/o/o0");
  expect(pythonOf(address, file)).toBe(`from flytekit.configuration import Config
from flytekit.remote import FlyteRemote
from flytekit.types.file import FlyteFile

remote = FlyteRemote(
    Config.auto(),
    default_project="p",
    default_domain="d",
)
values = remote.get("flyte://v1/p/d/e/n0/o")
value = values.get("o0", FlyteFile)
`);
  expect(
    pythonOfRun({ run, node: null, side: "inputs" }, 'a"\n\u202e', { scalar: { primitive: { integer: "1" } } }),
  ).toBe(
    `from flytekit.configuration import Config
from flytekit.remote import FlyteRemote

remote = FlyteRemote(
    Config.auto(),
    default_project="p",
    default_domain="d",
)
execution = remote.fetch_execution(name="e")
value = execution.inputs.get("a\\"\\u000a\\u202e", int)
`,
  );
  expect(pythonText("\\")).toBe('"\\\\"');
});

test("only what lies in the object store is an object", () => {
  expect(objectOf(file)).toBe("s3://b/k");
  expect(objectOf({ scalar: { union: { value: file } } })).toBe("s3://b/k");
  expect(objectOf({ scalar: { blob: { uri: "https://example.com/x" } } })).toBeNull();
  expect(objectOf({ scalar: { primitive: { stringValue: "s3://b/k" } } })).toBeNull();
});

test("attributes of an output are written as Python writes them", () => {
  expect(attributeText(["size", 0])).toBe(".size[0]");
});

test("an address of the store has its folders", () => {
  expect(crumbsOf("s3://")).toEqual([]);
  expect(crumbsOf("s3://b/a/c/")).toEqual([
    { name: "b", uri: "s3://b/" },
    { name: "a", uri: "s3://b/a/" },
    { name: "c", uri: "s3://b/a/c/" },
  ]);
  expect(folderOf("s3://b/a/x.csv")).toBe("s3://b/a/");
  expect(nameOf("s3://b/a/")).toBe("a");
  expect(isProtected("s3://my-s3-bucket/metadata/x")).toBe(true);
  expect(isProtected("s3://my-s3-bucket/data/metadata/x")).toBe(false);
});
