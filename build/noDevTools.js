// Ink loads its development tools when it is asked to, and never here.
export default { initialize() {}, connectToDevTools() {} };
