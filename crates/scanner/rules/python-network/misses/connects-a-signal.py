# An honest look-alike.
button.clicked.connect(self.save)
