"""The lab's clouds, to be asked what a project holds."""

from tests.lab.clouds.conftest import bench, play, stage

__all__ = ["bench", "play", "stage"]
