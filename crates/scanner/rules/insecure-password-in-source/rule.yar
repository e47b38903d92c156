rule insecure_password_in_source {
    meta:
        title = "A password stands in the source"
        severity = "low"
        confidence = "low"
        languages = "python, notebook, javascript, typescript"
        description = "A variable or argument with the name of a secret gets a fixed text."
        recommendation = "Read it from the environment or a secret store."
        references = "https://cwe.mitre.org/data/definitions/259.html, https://cwe.mitre.org/data/definitions/798.html"
    strings:
        $argument = /\b(connect|login|create_engine|Client|authenticate|createConnection|createPool)\([^\n]{0,160}\b(password|passwd|pwd)['"]?\s*[=:]\s*['"][^'"\n{}$<>%\s]{6,60}['"]/
        $address = /\b(postgres(ql)?|mysql|mongodb(\+srv)?|amqp|rediss?|ftp):\/\/[\w.-]{1,40}:[^@\s'"{}$<>%*:\/]{6,60}@[\w.-]{4,80}/
        $constant = /(^|\n)\s{0,8}(const |let |var |export const )?(DB_|DATABASE_|ADMIN_|SECRET_|AWS_|MYSQL_|SMTP_)(PASSWORD|PASSWD|SECRET|KEY|SECRET_ACCESS_KEY|SECRET_KEY)\s*=\s*['"][^'"\n{}$<>%\s]{8,80}['"]/
    condition:
        any of them
}
