"""What may be asked of information support, one module for each sort of object."""
