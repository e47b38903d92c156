rule python_browser_decryption {
    meta:
        title = "Python decrypts what a browser keeps"
        severity = "high"
        confidence = "high"
        languages = "python"
        behaviour = "credentials, decode"
        description = "Python code reads the stored logins or cookies of a browser and the key that protects them."
        recommendation = "Do not install the package unless reading browser data is what it is for. If it ran, change every password of that browser."
        references = "https://attack.mitre.org/techniques/T1555/003/, https://cwe.mitre.org/data/definitions/506.html"
    strings:
        $key_then_store = /(os_crypt|CryptUnprotectData).{0,3000}(Login Data|Cookies|Web Data|AES\.MODE_GCM|AES\.new)/s
        $store_then_key = /(Login Data|Web Data|Local State)[\'"].{0,3000}(os_crypt|CryptUnprotectData)/s
    condition:
        any of them
}
