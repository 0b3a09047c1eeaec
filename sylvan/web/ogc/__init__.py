"""OGC API – Features 1–3 and Tiles, as an application of its own under `/ogc`."""
