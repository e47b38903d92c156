# An honest look-alike.
class Job:
    def run(self, command):
        return self.queue.run(command)
