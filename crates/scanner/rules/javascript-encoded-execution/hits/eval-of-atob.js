// Hand-written sample, defanged: its hosts are reserved names that resolve nowhere. Never run it.
eval(atob("Y29uc29sZS5sb2coJ2RlZmFuZ2VkJyk="));
