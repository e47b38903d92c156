# defanged sample
import tarfile
tar = tarfile.open('x.tar')
tar.extractall('out')
