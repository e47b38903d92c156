rule crypto_mining {
    meta:
        title = "Crypto-currency is mined"
        severity = "high"
        confidence = "high"
        behaviour = "mine"
        description = "Code names a mining pool together with a miner, its options or a wallet, or starts a miner in a web page."
        recommendation = "Do not install the package: it spends your computers for somebody else."
        references = "https://attack.mitre.org/techniques/T1496/"
    strings:
        $pool_then_miner = /stratum\+(tcp|ssl):\/\/.{0,300}(xmrig|minerd|cpuminer|--donate-level|cryptonight|randomx|--coin\b|['\"\s](-u|--user)['\",\s=]+\w{4})/is
        $miner_then_pool = /(xmrig|minerd|cpuminer|--donate-level|cryptonight|randomx).{0,300}stratum\+(tcp|ssl):\/\//is
        $web_page = /\b(CoinHive|CoinImp|Client)\.(Anonymous|User)\s*\(.{0,150}\.start\s*\(/is
    condition:
        any of them
}
