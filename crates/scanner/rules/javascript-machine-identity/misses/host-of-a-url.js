const host = new URL(address).hostname;
