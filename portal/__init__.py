"""The web application: one package per feature, views that contain no SQL."""
