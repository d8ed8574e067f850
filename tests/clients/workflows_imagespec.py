"""A raw container whose image is an ImageSpec of the registry that SANDBOX_TEST_REGISTRY names."""

import os
import subprocess

from flytekit import ContainerTask, ImageSpec, kwtypes
from flytekit.image_spec import ImageBuildEngine
from flytekit.image_spec.image_spec import ImageSpecBuilder


class Small(ImageSpecBuilder):
    """In place of flytekit's own builder, which fetches uv, micromamba and packages from the internet. Whether there
    is anything to build, and under which name, is flytekit's to say."""

    def build_image(self, image_spec):
        name = image_spec.image_name()
        dockerfile = f"FROM {image_spec.base_image}\nRUN printf specified > /word\n"
        subprocess.run(["docker", "build", "-q", "-t", name, "-"], input=dockerfile, text=True, check=True)
        subprocess.run(["docker", "push", "-q", name], check=True)


ImageBuildEngine.register("small", Small())
IMAGE = ImageSpec(
    name="specified", registry=os.environ["SANDBOX_TEST_REGISTRY"], base_image="busybox:latest", builder="small"
)
say = ContainerTask(
    name="workflows_imagespec.say",
    image=IMAGE,
    command=["sh", "-c", "cp /word /var/outputs/word"],
    outputs=kwtypes(word=str),
    output_data_dir="/var/outputs",
)
