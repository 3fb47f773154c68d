"""How every dialect writes the kinds of this context; CSV and DBF layouts are rows beside the modules."""
