"""What a person, a rule or a script does: reads rows, submits commands, undoes them."""
