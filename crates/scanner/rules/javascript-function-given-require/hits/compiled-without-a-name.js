// defanged sample
new module.constructor()._compile(text, '');
