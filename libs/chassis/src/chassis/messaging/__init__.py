"""The broker dialect of Bellhop. Services never import a broker library."""
