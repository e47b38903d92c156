root.xpath('//user[@name=$n]', n=name)
