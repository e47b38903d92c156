rule place_decides {
    meta:
        title = "What runs depends on where the machine is"
        severity = "info"
        confidence = "low"
        languages = "python, javascript, typescript, shell, powershell, ruby"
        behaviour = "discover"
        description = "Code asks for the country, time zone or language of the machine and compares it with a list."
        recommendation = "Read the lines named. It is no fault by itself; it counts together with what stands beside it."
        references = "https://attack.mitre.org/techniques/T1480/, https://attack.mitre.org/techniques/T1614/"
    strings:
        $zone = /\bresolvedOptions\(\)\.timeZone\b.{0,200}['"`](Europe|Asia|America|Africa|Australia)\//s
        $locale = /\b(navigator\.language|process\.env\.LANG|Intl\.DateTimeFormat\(\)\.resolvedOptions\(\)\.locale)\b[^\n]{0,80}(===?|startsWith\(|includes\(|match\()\s*['"`]\w{2}([-_]\w{2})?['"`]/
        $country = /\b(countryCode|country_code|country_name)\b['"\])]{0,4}\s*(===?|!==?|in)\s*\[?\(?['"`]\w{2,20}['"`]/
    condition:
        any of them
}
