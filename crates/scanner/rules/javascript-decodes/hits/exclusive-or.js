// defanged sample
out += String.fromCharCode(s.charCodeAt(i) ^ key);
