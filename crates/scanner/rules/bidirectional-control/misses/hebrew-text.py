greeting = 'שלום'
