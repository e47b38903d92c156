import tarfile
tar = tarfile.open('x.tar')
tar.extractall('out', filter='data')
