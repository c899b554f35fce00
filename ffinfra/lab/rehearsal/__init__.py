"""The main job: rehearse the whole network in the lab, and prove each step."""
