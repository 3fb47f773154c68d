"""Small books packaged with the hub: start values of its own writing, in force until a published book is loaded."""
