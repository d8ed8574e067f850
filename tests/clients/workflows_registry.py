"""A raw container from the image that SANDBOX_TEST_IMAGE names at registration."""

import os

from flytekit import ContainerTask, kwtypes

say = ContainerTask(
    name="workflows_registry.say",
    image=os.environ["SANDBOX_TEST_IMAGE"],
    command=["sh", "-c", "cp /word /var/outputs/word"],
    outputs=kwtypes(word=str),
    output_data_dir="/var/outputs",
)
