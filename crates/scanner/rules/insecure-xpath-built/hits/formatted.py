# defanged sample
root.xpath(f"//user[@name='{name}']")
