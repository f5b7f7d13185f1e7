import { serveLocalDatabase } from '../src/itkdb/server/serve.ts';

// The local database for the benchmark: the file is its argument, its address goes to the parent.
const modules = Array.from({ length: 40 }, (_, n) => ({
  serialNumber: `20UPGM2211${String(n).padStart(4, '0')}`,
}));
const database = await serveLocalDatabase({ file: process.argv[2]!, modules });
process.send?.({ url: database.url });
process.on('disconnect', () => void database.close());
