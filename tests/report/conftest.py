"""The lab's clouds, for the lines that are typed against their APIs."""

from tests.lab.clouds.conftest import bench, play, stage

__all__ = ["bench", "play", "stage"]
