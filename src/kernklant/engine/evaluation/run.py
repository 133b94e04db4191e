"""The loop on one screen: value every customer as of a date and divide them into segments."""
