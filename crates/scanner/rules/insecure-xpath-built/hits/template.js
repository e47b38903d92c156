// defanged sample
xpath.select(`//user[@name='${name}']`, doc);
