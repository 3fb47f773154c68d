"""What is done with files of identification as a whole: forming, stopping, going on."""
