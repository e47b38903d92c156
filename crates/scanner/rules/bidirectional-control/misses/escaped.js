const override = '\u202e';
