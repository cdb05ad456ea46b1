"""The tests: a folder a package, a file a screen or a scenario group."""
