"""The test cases, one module each; every module defines ``CASE``."""
