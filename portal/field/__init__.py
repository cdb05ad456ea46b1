"""The field app as the browser gets it: page, service worker, manifest, texts. The rest lies in `static/field`."""
