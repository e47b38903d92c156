// defanged sample
function _0x3f2a(){const _0x11c2d3=['log','hello','99aXbYc'];_0x3f2a=function(){return _0x11c2d3;};return _0x3f2a();}
