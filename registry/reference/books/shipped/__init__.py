"""Books that ship, one file each, in the form of the template for regional books."""
