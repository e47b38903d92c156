# defanged sample
hidden = '󠄁󠄠󠄳󠅀󠇯'
