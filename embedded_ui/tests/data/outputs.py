"""One run with a value of every kind that the console shows or previews, a deck, and names that want to be markup."""

import json
import math
import struct
import typing
import zlib
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from flytekit import Deck, Resources, current_context, task, workflow
from flytekit.types.directory import FlyteDirectory
from flytekit.types.file import FlyteFile

IMAGE = "acc/flytekit:v1"
SMALL = Resources(cpu="1", mem="400Mi")
HOSTILE = "<script>document.title='owned'</script> \u202egnirts \u0007 javascript:alert(1)"


@dataclass
class Options:
    lr: float = 0.5
    layers: typing.List[int] = field(default_factory=lambda: [64, 32])
    name: str = "base"
    big: int = 9007199254740993


def png(width: int, height: int) -> bytes:
    """A picture of one colour."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = b"".join(b"\0" + b"\x5b\x34\xa8" * width for _ in range(height))
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def table(rows: int) -> pa.Table:
    return pa.table(
        {
            "id": pa.array(range(rows), pa.int64()),
            "text": [HOSTILE if i == 1 else f"row {i}" for i in range(rows)],
            "score": [i / 4 for i in range(rows)],
            "big": pa.array([9007199254740993 + i for i in range(rows)], pa.int64()),
        }
    )


def path(name: str) -> Path:
    out = Path("/tmp/out") / name
    out.parent.mkdir(parents=True, exist_ok=True)
    return out


Files = typing.NamedTuple(
    "Files",
    [
        ("snappy", FlyteFile),
        ("zstd", FlyteFile),
        ("packed", FlyteFile),
        ("brotli", FlyteFile),
        ("table", FlyteFile),
        ("document", FlyteFile),
        ("lines", FlyteFile),
        ("text", FlyteFile),
        ("picture", FlyteFile),
        ("drawing", FlyteFile),
        ("page", FlyteFile),
        ("other", FlyteFile),
        ("folder", FlyteDirectory),
    ],
)


@task(container_image=IMAGE, requests=SMALL, enable_deck=True)
def files() -> Files:
    for name, codec in (("snappy", "snappy"), ("zstd", "zstd"), ("packed", "gzip"), ("brotli", "brotli")):
        pq.write_table(table(1500), path(f"{name}.parquet"), compression=codec, row_group_size=500)
    path("table.csv").write_text('id,"text, quoted",score\n1,"two\nlines",0.5\n2,<script>alert(1)</script>,0.75\n')
    path("document.json").write_text(
        json.dumps({"name": "<b>bold</b>", "list": [1, 2.5, None], "deep": {"big": 9007199254740993}})
    )
    path("lines.jsonl").write_text('{"a": 1}\n{"a": 2}\n')
    path("text.txt").write_text(HOSTILE + "\n" + "x" * 10_000 + "\n두 번째 줄\n")
    path("picture.png").write_bytes(png(64, 48))
    path("drawing.svg").write_text(
        "<svg xmlns='http://www.w3.org/2000/svg' width='40' height='30'><rect width='40' height='30' fill='#0a6b4e'/>"
        "<script>parent.document.title='owned'</script></svg>"
    )
    path("page.html").write_text("<h1>report</h1><script>document.title='page ran'</script>")
    path("other.bin").write_bytes(bytes(range(256)) * 4)
    for i in range(3):
        path(f"folder/part-{i}.txt").write_text(f"part {i}\n")
    Deck("<i>title</i>", ATTACK)
    current_context().default_deck.append("<p id='shown'>the deck of files</p>")
    names = ("snappy.parquet", "zstd.parquet", "packed.parquet", "brotli.parquet", "table.csv", "document.json")
    names += ("lines.jsonl", "text.txt", "picture.png", "drawing.svg", "page.html", "other.bin")
    return Files(*(FlyteFile(str(path(name))) for name in names), FlyteDirectory("/tmp/out/folder"))


# What a deck must not be able to do. Each try leaves its outcome in the document.
ATTACK = """
<ul id="tried"></ul>
<form id="form" method="post" action="/api/v1/executions"><input name="x" value="from-the-deck"></form>
<script>
(async () => {
  const say = (what, how) => {
    const line = document.createElement("li");
    line.textContent = what + ": " + how;
    document.getElementById("tried").append(line);
  };
  const base = document.baseURI.startsWith("http") ? new URL(document.baseURI).origin : "http://localhost";
  const tries = {
    read: () => fetch(base + "/api/v1/projects?from-the-deck"),
    blind: () => fetch(base + "/api/v1/projects?from-the-deck", {mode: "no-cors"}),
    write: () => fetch(base + "/api/v1/executions?from-the-deck", {method: "POST", body: "{}"}),
    remove: () => fetch(base + "/sandbox/v1/objects?uri=from-the-deck", {method: "DELETE"}),
    store: () => fetch(STORE + "/my-s3-bucket?from-the-deck"),
    picture: () => new Promise((done, failed) => {
      const image = new Image();
      image.onload = done;
      image.onerror = () => failed(new Error("no picture"));
      image.src = base + "/sandbox/v1/status?from-the-deck";
    }),
    parent: async () => {
      if (parent === window) throw new Error("no parent");
      return parent.document.title;
    },
    cookies: async () => { document.cookie = "from=deck"; if (!document.cookie) throw new Error("none"); },
    storage: async () => localStorage.setItem("from", "deck"),
  };
  for (const [name, work] of Object.entries(tries)) {
    try {
      await work();
      say(name, "done");
    } catch (error) {
      say(name, "refused");
    }
  }
  document.getElementById("form").submit();
  say("form", "sent");
})();
</script>
""".replace("STORE", '"http://" + new URL(base).hostname + ":" + (Number(new URL(base).port) - 78)')


Values = typing.NamedTuple(
    "Values",
    [
        ("whole", int),
        ("number", float),
        ("undefined", float),
        ("text", str),
        ("nothing", typing.Optional[int]),
        ("empty", typing.List[int]),
        ("options", Options),
        ("names", typing.Dict[str, str]),
        ("frame", pd.DataFrame),
        ("many", typing.List[int]),
        ("large", typing.List[str]),
    ],
)


@task(container_image=IMAGE, requests=Resources(cpu="1", mem="1Gi"))
def values(folder: FlyteDirectory) -> Values:
    print(HOSTILE)
    frame = pd.DataFrame({"id": [1, 2, 3], "text": ["a", HOSTILE, "c"]})
    return Values(
        9007199254740993,
        0.1,
        math.nan,
        HOSTILE,
        None,
        [],
        Options(),
        {"<b>key</b>": HOSTILE},
        frame,
        list(range(5000)),
        [f"{i} {'x' * 10239}" for i in range(3 * 1024)],
    )


@task(container_image=IMAGE, requests=SMALL)
def read(table: FlyteFile, options: Options) -> int:
    return len(Path(table.download()).read_text().splitlines()) + len(options.layers)


@workflow
def outputs() -> typing.Tuple[int, FlyteFile, int]:
    made = files()
    other = values(folder=made.folder)
    lines = read(table=made.table, options=other.options)
    return lines, made.snappy, other.whole
