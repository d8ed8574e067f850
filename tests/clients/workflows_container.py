"""Raw containers: images that know nothing of Flyte, with files for inputs and outputs."""

from flytekit import ContainerTask, kwtypes, workflow
from flytekit.types.directory import FlyteDirectory
from flytekit.types.file import FlyteFile

BOX = "busybox:latest"
NO_SHELL = "sandbox-test/no-shell:v1"
NOT_ROOT = "sandbox-test/not-root:v1"


def box(name, text, inputs=None, outputs=None, image=BOX, **kw):
    return ContainerTask(
        name="workflows_container." + name,
        image=image,
        command=["sh", "-c", text],
        inputs=inputs,
        outputs=outputs,
        input_data_dir="/var/inputs",
        output_data_dir="/var/outputs",
        **kw,
    )


add = box(
    "add",
    "echo $(( $(cat /var/inputs/a) + {{.inputs.b}} )) > /var/outputs/total; "
    "tr a-z A-Z < /var/inputs/word > /var/outputs/loud",
    kwtypes(a=int, b=int, word=str),
    kwtypes(total=int, loud=str),
)
as_json = box(
    "as_json",
    "cat /var/inputs/inputs.json > /var/outputs/o",
    kwtypes(a=int, b=str),
    kwtypes(o=dict),
    metadata_format=ContainerTask.MetadataFormat.JSON,
)
copy = ContainerTask(
    name="workflows_container.copy",
    image=NO_SHELL,
    command=["/cp", "/in/x", "/out/o0"],
    inputs=kwtypes(x=int),
    outputs=kwtypes(o0=int),
    input_data_dir="/in",
    output_data_dir="/out",
)
humble = box(
    "humble", "id -u > /var/outputs/uid; touch /var/inputs/mine", kwtypes(x=int), kwtypes(uid=int), image=NOT_ROOT
)
forgets = box("forgets", "echo 1 > /var/outputs/a", None, kwtypes(a=int, b=int))
points_out = box("points_out", "ln -s /etc/passwd /var/outputs/f", None, kwtypes(f=FlyteFile))
one_file = box("one_file", "cat /var/inputs/text > /var/outputs/f", kwtypes(text=str), kwtypes(f=FlyteFile))
shout = box(
    "shout",
    "mkdir /var/outputs/d; tr a-z A-Z < /var/inputs/f > /var/outputs/d/loud; cp /var/inputs/f /var/outputs/d/quiet",
    kwtypes(f=FlyteFile),
    kwtypes(d=FlyteDirectory),
)
count = box(
    "count",
    "cat /var/inputs/d/* | wc -c > /var/outputs/n; ls /var/inputs/d | tr '\\n' ' ' > /var/outputs/names",
    kwtypes(d=FlyteDirectory),
    kwtypes(n=int, names=str),
)
slow = box("slow", "sleep 4; cp /var/inputs/x /var/outputs/o0", kwtypes(x=int), kwtypes(o0=int))
long = box(
    "long",
    "echo begin; trap 'exit 143' TERM; sleep 8 & wait; cp /var/inputs/x /var/outputs/o0; echo end",
    kwtypes(x=int),
    kwtypes(o0=int),
)
stubborn = box(
    "stubborn", "echo begin; sleep 7; cp /var/inputs/x /var/outputs/o0; echo end", kwtypes(x=int), kwtypes(o0=int)
)


@workflow
def files(text: str) -> (int, str):
    n, names = count(d=shout(f=one_file(text=text)))
    return n, names
