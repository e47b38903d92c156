netsh advfirewall firewall add rule name=sample dir=in action=allow
