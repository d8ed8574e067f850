from flytekit import task


@task(retries=2)
def run_batch() -> int:
    total = sum(range(1000))
    print(f"the batch adds up to {total}")
    return total
