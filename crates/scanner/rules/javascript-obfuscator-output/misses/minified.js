!function(e,t){"use strict";var n=t(0);e.exports=function(r){return n(r)+1}}(this,require);
