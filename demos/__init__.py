"""One file per topic of the lectures; `python -m demos` runs the main one."""
