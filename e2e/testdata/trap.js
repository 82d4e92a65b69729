/** Makes a core trap: the module stops in the midst of a step, as when memory is refused. */
let broken = false;
const { instantiate } = WebAssembly;
WebAssembly.instantiate = async (module, imports) => {
  const instance = await instantiate(module, imports);
  const resume = () => {
    if (!broken) return instance.exports.resume();
    broken = false;
    throw new WebAssembly.RuntimeError('unreachable');
  };
  return Object.defineProperty(Object.create(instance), 'exports', { value: { ...instance.exports, resume } });
};
