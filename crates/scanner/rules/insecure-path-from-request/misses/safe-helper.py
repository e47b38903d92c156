return send_from_directory(folder, request.args['name'])
