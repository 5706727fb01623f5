"""The page and the programs' addresses: an index as a site on this computer."""
