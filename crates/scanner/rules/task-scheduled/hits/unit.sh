# defanged sample
cat unit > /etc/systemd/system/sample.service
