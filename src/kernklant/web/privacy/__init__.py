"""What the law asks of all the others: finding a person, telling, correcting, erasing."""
