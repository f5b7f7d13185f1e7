// Stands for a package that is never called here.
export default undefined;
