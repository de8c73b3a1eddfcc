"""The page with the phones (NiceGUI): a client of the same world as the HTTP interface."""
