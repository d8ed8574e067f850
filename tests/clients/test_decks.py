"""A deck while its task runs: `Deck.publish` shows it, and clients of the public API and the console find it."""

import pathlib
import urllib.error
import urllib.request

import pytest
from flytekit.models.core.execution import NodeExecutionPhase

from harness import wait_for

HERE = pathlib.Path(__file__).parent
VERSION = "d1"
GO_ON = "s3://my-s3-bucket/decks/go-on"


@pytest.fixture(scope="module")
def remote(standard):
    standard.register(HERE / "workflows_decks.py", VERSION)
    return standard.remote()


def text(address):
    try:
        with urllib.request.urlopen(address) as answer:
            return answer.read().decode()
    except urllib.error.HTTPError:
        return ""


def test_a_deck_is_there_while_its_task_runs_and_grows(standard, remote):
    execution = remote.execute(
        remote.fetch_task(name="workflows_decks.writes", version=VERSION),
        inputs={"go_on": GO_ON},
    )

    def node():
        return next((n for n in remote.client.list_node_executions(execution.id)[0] if n.closure.deck_uri), None)

    wait_for(node, 120, "the address of the deck")
    assert node().closure.phase == NodeExecutionPhase.RUNNING
    place = ("flytesnacks", "development", execution.id.name)
    page = f"http://localhost:{standard.port}/sandbox/v1/decks/{'/'.join(place)}/{node().id.node_id}"
    wait_for(lambda: "half of it" in text(page), 60, "the first half")
    assert node().closure.phase == NodeExecutionPhase.RUNNING and "all of it" not in text(page)
    link = remote.client.get_download_artifact_signed_url(node().id.node_id, *place)
    assert "half of it" in text(link.signed_url[0])
    standard.run("object", "cp", __file__, GO_ON)
    phase, _ = standard.finish(remote, execution)
    assert phase == "SUCCEEDED"
    assert node().closure.deck_uri.endswith("/data/0/deck.html") and "all of it" in text(page)
