from lxml import etree
p = etree.XMLParser(resolve_entities=False)
