// defanged sample
(function(a,b){while(!![]){try{const _0xab12=-parseInt(a(0x1))/0x1+parseInt(a(0x2));if(_0xab12===b)break;}catch(e){}}})();
