ssh -o StrictHostKeyChecking=yes a.example.invalid
