export default {
  plugins: [new DefinePlugin({ "process.env": JSON.stringify(process.env) })],
};
