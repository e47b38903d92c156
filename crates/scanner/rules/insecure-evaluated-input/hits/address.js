// defanged sample
eval(location.hash.slice(1));
