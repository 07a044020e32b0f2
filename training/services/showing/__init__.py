"""What the pages of training print: looked up and put into words, nothing is changed here."""
