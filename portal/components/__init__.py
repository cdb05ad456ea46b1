"""The gallery of components, for whoever builds screens; not served in production."""
