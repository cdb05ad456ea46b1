"""The field client's own tests: Node's runner over the files that the browser loads, with IndexedDB in memory."""
