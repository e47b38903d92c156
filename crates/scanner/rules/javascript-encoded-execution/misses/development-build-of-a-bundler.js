/***/ "./src/index.js":
/***/ (() => {
eval("const answer = 42;\nconsole.log(answer);\n\n//# sourceURL=webpack://sample/./src/index.js?");
/***/ })
