"""The stages of the pipeline, one module each, in order: admit, control, identify, link, apply, conclude."""
