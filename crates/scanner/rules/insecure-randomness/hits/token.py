# defanged sample
import random
token = ''.join(random.choice(letters) for _ in range(20))
