# An honest look-alike.
import threading
threading.Thread(target=work).start()
