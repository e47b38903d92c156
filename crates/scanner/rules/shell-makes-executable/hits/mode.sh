# defanged sample
chmod +x ./tool
