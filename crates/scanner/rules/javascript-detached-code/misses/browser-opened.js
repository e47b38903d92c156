spawn(browser, [address], { stdio: 'ignore', detached: true }).unref();
