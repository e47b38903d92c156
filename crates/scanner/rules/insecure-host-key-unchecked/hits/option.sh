# defanged sample
ssh -o StrictHostKeyChecking=no a.example.invalid
