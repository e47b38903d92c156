app.run(debug=options.debug)
