parser.add_argument('--index-url', default=None)
