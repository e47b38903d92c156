render_template('hello.html', n=request.args['n'])
