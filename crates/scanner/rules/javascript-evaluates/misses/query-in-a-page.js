const n = await page.$eval('h1', (e) => e.textContent);
