import ast
result = ast.literal_eval(request.args.get('q'))
