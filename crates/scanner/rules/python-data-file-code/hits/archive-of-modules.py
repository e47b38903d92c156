# Defanged sample: nothing here is reached or run; defanged by hand.
import zipimport
zipimport.zipimporter('data.zip').load_module('a')
