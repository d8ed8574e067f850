"""What runs use and print: one that runs out of memory, one that asks for too much, one that prints a lot."""

from flytekit import ContainerTask, Resources, TaskMetadata, kwtypes, workflow
from flytekit.types.file import FlyteFile

# Grows by 2 MiB ten times a second until it is killed.
GROW = r"""awk 'BEGIN {
  for (i = 0; i < 200; i++) {
    kept[i] = sprintf("%2097152s", "x");
    printf "holds %d MiB\n", 2 * (i + 1);
    if (i % 5 == 4) printf "\033[33mstill growing\033[0m\n" | "cat 1>&2";
    fflush(); system("sleep 0.1");
  }
}'"""

# Every tenth line is green, every hundredth goes to standard error.
PRINT = r"""awk 'BEGIN {
  for (i = 1; i <= 120000; i++) {
    if (i % 100 == 0) { printf "\033[31mwarning %d\033[0m\n", i | "cat 1>&2"; close("cat 1>&2") }
    else if (i % 10 == 0) printf "\033[32mstep %d of 120000\033[0m\n", i;
    else printf "line %d\n", i;
  }
}'"""

# A line of 5 MiB, one that makes bad regular expressions slow, and then a line now and then.
ODD = r"""awk 'BEGIN {
  for (i = 0; i < 327680; i++) printf "0123456789abcdef"; print "";
  for (i = 0; i < 200000; i++) printf "a"; print "!";
  for (i = 1; i <= 60; i++) { printf "tick %d\n", i; fflush(); system("sleep 0.25") }
}'"""


def shell(name, script, **more):
    return ContainerTask(name=name, image="busybox", command=["sh", "-c", script], **more)


def megabytes(request, limit):
    return {"requests": Resources(cpu="100m", mem=request), "limits": Resources(cpu="500m", mem=limit)}


grow = shell("usage.grow", GROW, metadata=TaskMetadata(retries=1), **megabytes("30Mi", "60Mi"))
modest = shell("usage.modest", "echo modest; sleep 2; echo done", **megabytes("512Mi", "1Gi"))
chatty = shell("usage.chatty", PRINT, **megabytes("50Mi", "100Mi"))
odd = shell("usage.odd", ODD, **megabytes("20Mi", "50Mi"))
after = shell("usage.after", "echo after", inputs=kwtypes(n=int), **megabytes("20Mi", "50Mi"))


# What it prints and ends with must stay text: markup, a link, text from right to left, a very long line.
STRANGE = r"""printf '<script>document.title="owned"</script> <img src=x onerror=alert(1)>\n';
printf 'javascript:alert(1) \342\200\256gnirts \033]0;owned\007 \033[31mred\033[0m end\n';
awk 'BEGIN { for (i = 0; i < 10000; i++) printf "w"; print "" }'; exit 3"""

digest = shell(
    "usage.digest",
    "md5sum < /var/inputs/file | cut -c1-32 > /var/outputs/md5",
    inputs=kwtypes(file=FlyteFile),
    outputs=kwtypes(md5=str),
    input_data_dir="/var/inputs",
    output_data_dir="/var/outputs",
    **megabytes("20Mi", "50Mi"),
)
strange = shell("usage.strange", STRANGE, **megabytes("20Mi", "50Mi"))


@workflow
def digested(file: FlyteFile) -> str:
    return digest(file=file)


@workflow
def strangely():
    strange()


@workflow
def out_of_memory():
    grow()


@workflow
def talk():
    chatty() >> modest()


@workflow
def odd_lines():
    odd()
