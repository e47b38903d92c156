rule javascript_fetches {
    meta:
        title = "JavaScript fetches from the network"
        severity = "info"
        confidence = "medium"
        languages = "javascript, typescript"
        behaviour = "download"
        description = "JavaScript code requests an address."
        recommendation = "Read the lines named. It is no fault by itself; it counts together with what stands beside it."
        references = "https://attack.mitre.org/techniques/T1105/"
    strings:
        // an address that the file itself holds: installers of binaries pass one around, and ask for it late
        $get = /\brequire\('(node:)?https?'\)\.get\(\s*(['"`]|\{|new URL\()/
        $request = /\brequire\('(node:)?https?'\)\.request\(/
        $fetch = /(^|[\s;{}(=,?:!&|>])(globalThis\.|window\.)?fetch\(\s*['"`]https?:\/\//
        $library = /\brequire\('(axios|got|node-fetch|needle|superagent|request|undici|request-promise|cross-fetch)'\)(\.default)?(\.(get|post|request|stream|put))?\(/
        $asked = /\baxios\.(get|post|request)\(\s*['"`]https?:\/\//
    condition:
        any of them
}
