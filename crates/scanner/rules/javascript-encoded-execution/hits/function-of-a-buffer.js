// Hand-written sample, defanged: its hosts are reserved names that resolve nowhere. Never run it.
new Function(Buffer.from("Y29uc29sZS5sb2coJ2RlZmFuZ2VkJyk=", "base64").toString())();
