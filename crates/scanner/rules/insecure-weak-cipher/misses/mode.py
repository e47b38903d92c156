from Crypto.Cipher import AES
c = AES.new(key, AES.MODE_GCM)
