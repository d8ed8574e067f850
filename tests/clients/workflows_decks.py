import time

from flytekit import Deck, FlyteContextManager, current_context, task


@task(enable_deck=True)
def writes(go_on: str) -> int:
    current_context().default_deck.append("<p>half of it</p>")
    Deck.publish()
    store = FlyteContextManager.current_context().file_access
    while not store.exists(go_on):
        time.sleep(0.2)
    current_context().default_deck.append("<p>all of it</p>")
    return 1
