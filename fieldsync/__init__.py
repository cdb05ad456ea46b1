"""The counter of the offline client: takes in and hands out records through the models."""
