"""The lab's clouds, for reading zones from them."""

from tests.lab.clouds.conftest import bench, play, stage

__all__ = ["bench", "play", "stage"]
