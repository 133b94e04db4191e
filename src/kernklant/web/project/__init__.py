"""Settings, addresses and the worker: what joins the words to one program."""
