model = AutoModel.from_pretrained('sample/model', trust_remote_code=False)
