# An honest look-alike.
import requests
signature = sign(private_key, body)
requests.post(self.address, data=body, headers={'Signature': signature})
